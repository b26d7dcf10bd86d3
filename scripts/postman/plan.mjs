// The requests of the collection in order: each request finds the rows that it needs. The generator fails if an
// operation of the OpenAPI document is missing here.

/**
 * @typedef {object} Step
 * @property {string} operation its operationId
 * @property {string} [name] replaces the operation's summary if it occurs a second time
 * @property {string} [note] for people, besides the operation's description
 * @property {'friend' | 'throwaway' | 'admin'} [as] another account than the one that is logged in
 * @property {string[]} [needs] variables; the request is skipped if one of them is empty
 * @property {{to: string, pattern: string, into: string}} [mail] pattern in a mail to the address in `to`, and its variable
 * @property {string[]} [before] names of scripts in scripts.mjs
 * @property {Record<string, unknown>} [body] overrides the example in the document; `undefined` removes a key
 * @property {Record<string, string>} [form]
 * @property {Record<string, string>} [path] variables of its path, if they differ from the default ones
 * @property {Record<string, string>} [query] sent parameters; the others are included, switched off
 * @property {Record<string, string>} [save] variables and the place of their value in the answer
 * @property {Record<string, unknown>} [expect] values in the answer
 * @property {string[]} [forget] variables to empty afterwards
 */

/** @typedef {{name: string, note?: string, folders?: Folder[], steps?: Step[]}} Folder */

/**
 * @param {string} operation
 * @param {Omit<Step, 'operation'>} [more]
 * @returns {Step}
 */
const ask = (operation, more = {}) => ({ operation, ...more });

/** A whole number in a JSON body. In quotation marks it would be a string. */
const number = (name) => `«${name}»`;

const TOKENS = { accessToken: 'accessToken', refreshToken: 'refreshToken' };
const WHEN_TESTING = 'Sends a mail: left out while the address or the code from the mail is not filled in.';

/** @type {Folder[]} */
export const PLAN = [
  { name: 'Operation', steps: [ask('health_live'), ask('health_ready')] },
  {
    name: 'Accounts',
    steps: [
      ask('auth_register', {
        note: 'With `username` and `password` filled in you have an account, and this is left out. Else it makes one up.',
        before: ['registerOnce'],
        body: { username: '{{username}}', password: '{{password}}', email: undefined },
        save: { ...TOKENS, accountId: 'account.id' },
      }),
      ask('auth_login', {
        body: { username: '{{username}}', password: '{{password}}' },
        save: { ...TOKENS, accountId: 'account.id', username: 'account.username' },
      }),
      ask('auth_refresh', {
        note: 'The scripts of this collection do it by themselves when a token is about to expire.',
        body: { refreshToken: '{{refreshToken}}' },
        save: TOKENS,
      }),
      ask('auth_listSessions'),
      ask('auth_endSession', { note: 'A second log-in is made for it.', before: ['secondSession'] }),
      ask('accounts_me', { save: { accountId: 'id' } }),
      ask('accounts_change', { body: { nickname: '민수' }, expect: { nickname: '민수' } }),
      ask('accounts_profile'),
      ask('accounts_export'),
      ask('accounts_changePassword', {
        note: 'On a throwaway account, because all its other sessions end.',
        as: 'throwaway',
        body: { currentPassword: '{{throwawayPassword}}', newPassword: '{{throwawayPassword}}' },
        save: { throwawayAccessToken: 'accessToken', throwawayRefreshToken: 'refreshToken' },
      }),
      ask('accounts_setEmail', {
        note: WHEN_TESTING,
        needs: ['email'],
        body: { password: '{{password}}', email: '{{email}}' },
      }),
      ask('accounts_confirmEmail', {
        note: WHEN_TESTING,
        mail: { to: 'email', pattern: 'code is (\\w+)', into: 'emailCode' },
        needs: ['emailCode'],
        body: { code: '{{emailCode}}' },
        forget: ['emailCode'],
      }),
      ask('accounts_askToVerify', {
        note: WHEN_TESTING,
        needs: ['schoolEmail'],
        body: { email: '{{schoolEmail}}' },
      }),
      ask('accounts_verify', {
        note: WHEN_TESTING,
        mail: { to: 'schoolEmail', pattern: 'code is (\\w+)', into: 'schoolEmailCode' },
        needs: ['schoolEmailCode'],
        body: { code: '{{schoolEmailCode}}' },
        expect: { verified: true },
        forget: ['schoolEmailCode'],
      }),
      ask('auth_askForReset', { note: WHEN_TESTING, needs: ['email'], body: { email: '{{email}}' } }),
      ask('auth_reset', {
        note: `${WHEN_TESTING} The password stays the same here; every session ends, and the next request logs in again.`,
        mail: { to: 'email', pattern: '^(\\S{16,})$', into: 'resetToken' },
        needs: ['resetToken'],
        body: { token: '{{resetToken}}', newPassword: '{{password}}' },
        forget: ['resetToken', 'accessToken', 'refreshToken'],
      }),
    ],
  },
  {
    name: 'Boards',
    steps: [
      ask('boards_create', {
        body: { name: '자유게시판 {{unique}}', slug: 'free-{{unique}}' },
        save: { boardId: 'id' },
      }),
      ask('boards_list'),
      ask('boards_get'),
      ask('boards_change', { body: { description: '무엇이든 편하게' }, expect: { description: '무엇이든 편하게' } }),
    ],
  },
  {
    name: 'Posts',
    steps: [
      ask('posts_create', { save: { postId: 'id', tag: 'tags.0' } }),
      ask('posts_read', { expect: { mine: true } }),
      ask('posts_change', { body: { title: '중간고사 같이 공부해요' }, expect: { title: '중간고사 같이 공부해요' } }),
      ask('posts_ofBoard'),
      ask('posts_list', { query: { board: '{{boardId}}', sort: 'latest' } }),
      ask('posts_mine'),
      ask('posts_like', { note: 'As a friend: nobody likes what is their own.', as: 'friend' }),
      ask('posts_liked', { as: 'friend' }),
      ask('posts_unlike', { as: 'friend' }),
      ask('posts_scrap'),
      ask('posts_scrapped'),
      ask('posts_unscrap'),
    ],
  },
  {
    name: 'Comments',
    steps: [
      ask('comments_create', { save: { commentId: 'id' } }),
      ask('comments_create', {
        name: 'Reply to a comment',
        as: 'friend',
        body: { content: '범위가 3장부터래요', parentId: number('commentId'), anonymous: true },
        save: { replyId: 'id' },
      }),
      ask('comments_list'),
      ask('comments_get', { expect: { replyCount: 1 } }),
      ask('comments_replies'),
      ask('comments_change', { body: { content: '저도요!' }, expect: { content: '저도요!' } }),
      ask('comments_like', { note: 'As a friend: nobody likes what is their own.', as: 'friend' }),
      ask('comments_unlike', { as: 'friend' }),
      ask('comments_mine'),
    ],
  },
  { name: 'Tags', steps: [ask('tags_list', { query: { prefix: '중간' } }), ask('tags_get'), ask('posts_ofTag')] },
  {
    name: 'Admin',
    note: 'What only an admin may. Fill in `adminUsername` and `adminPassword`; while they are empty the folder is left out. `npm run admin -- create NAME` makes an admin.',
    steps: [
      ask('auth_login', {
        name: 'Log in as an admin',
        needs: ['adminUsername', 'adminPassword'],
        body: { username: '{{adminUsername}}', password: '{{adminPassword}}' },
        save: { adminAccessToken: 'accessToken', adminRefreshToken: 'refreshToken' },
        expect: { 'account.role': 'admin' },
      }),
      ask('semesters_create', {
        note: 'Picks a year in which there is no autumn yet.',
        as: 'admin',
        before: ['freeYear'],
        body: {
          year: number('newYear'),
          startsOn: '{{newYear}}-09-01',
          endsOn: '{{newYear}}-12-21',
          holidays: ['{{newYear}}-10-09'],
        },
        save: { newSemesterId: 'id' },
      }),
      ask('semesters_change', {
        as: 'admin',
        path: { id: 'newSemesterId' },
        body: { endsOn: '{{newYear}}-12-22' },
      }),
      ask('imports_start', {
        note: 'In the app choose the file by hand: `docs/examples/catalogue.csv`, or that of your university.',
        as: 'admin',
        form: { file: 'docs/examples/catalogue.csv', semester: '{{newYear}}-autumn', format: 'csv' },
        save: { importId: 'id' },
      }),
      ask('imports_get', { as: 'admin', before: ['untilImported'], expect: { state: 'done' } }),
      ask('imports_list', { as: 'admin' }),
    ],
  },
  {
    name: 'Catalogue',
    steps: [
      ask('semesters_list'),
      ask('semesters_current', { save: { semesterId: 'id' } }),
      ask('semesters_get'),
      ask('subjects_create', { body: { code: 'PM{{unique}}' }, save: { subjectId: 'id' } }),
      ask('subjects_list', { query: { q: '자료구조' } }),
      ask('subjects_get'),
      ask('subjects_change', { body: { department: '소프트웨어학과' }, expect: { department: '소프트웨어학과' } }),
      ask('lectures_create', {
        body: { subjectId: number('subjectId'), semesterId: number('semesterId') },
        save: { lectureId: 'id' },
      }),
      ask('lecturesearch_list', { query: { semester: '{{semesterId}}', q: 'ㅈㄹㄱㅈ' } }),
      ask('lectures_get'),
      ask('lectures_change', { body: { capacity: 45 }, expect: { capacity: 45 } }),
    ],
  },
  {
    name: 'Timetables',
    steps: [
      ask('picture_themes'),
      ask('timetables_create', {
        body: { semesterId: number('semesterId'), name: undefined },
        save: { timetableId: 'id' },
      }),
      ask('timetables_list'),
      ask('timetables_change', { body: { visibility: 'friends', primary: true }, expect: { visibility: 'friends' } }),
      ask('suggestions_suggest', { body: { groups: [[number('lectureId')]] } }),
      ask('entries_add', { body: { lectureId: number('lectureId') }, save: { entryId: 'entry.id' } }),
      ask('entries_get'),
      ask('entries_change', { body: { color: 2, memo: '노트북 챙기기' }, expect: { color: 2 } }),
      ask('entries_acknowledge'),
      ask('timetables_get', { expect: { 'entries.0.kind': 'lecture' } }),
      ask('timetables_copy', { save: { copyId: 'id' } }),
      ask('picture_draw'),
      ask('calendar_download'),
      ask('calendar_renew', {
        note: 'The token for the next request is the last part of the address.',
        save: { feedUrl: 'url' },
      }),
      ask('calendar_subscribe', { before: ['tokenOfFeed'] }),
    ],
  },
  {
    name: 'Friends',
    note: 'A second account is made up by a script the first time it is needed.',
    steps: [
      ask('friendrequests_ask', {
        before: ['friend'],
        body: { username: '{{friendUsername}}' },
        save: { friendRequestId: 'id' },
      }),
      ask('friendrequests_get', { expect: { state: 'pending' } }),
      ask('friendrequests_list', { query: { direction: 'outgoing' } }),
      ask('friendrequests_cancel'),
      ask('friendrequests_ask', {
        name: 'Be asked',
        as: 'friend',
        body: { username: '{{username}}' },
        save: { friendRequestId: 'id' },
      }),
      ask('friendrequests_decline'),
      ask('friendrequests_ask', {
        name: 'Ask once more',
        body: { username: '{{friendUsername}}' },
        save: { friendRequestId: 'id' },
      }),
      ask('friendrequests_accept', { as: 'friend' }),
      ask('friends_list'),
      ask('friends_get'),
      ask('friendtimetables_list'),
      ask('freetime_of', { query: { with: '{{friendId}}', semester: '{{semesterId}}' } }),
    ],
  },
  {
    name: 'Tidying up',
    note: 'Takes away what the folders above have made, the last first.',
    folders: [
      { name: 'Friends', steps: [ask('friends_remove')] },
      {
        name: 'Timetables',
        steps: [
          ask('calendar_revoke'),
          ask('entries_remove'),
          ask('timetables_remove'),
          ask('timetables_remove', { name: 'Remove its copy', path: { id: 'copyId' } }),
        ],
      },
      { name: 'Catalogue', steps: [ask('lectures_remove'), ask('subjects_remove')] },
      { name: 'Comments', steps: [ask('comments_remove')] },
      { name: 'Posts', steps: [ask('posts_remove')] },
      { name: 'Boards', steps: [ask('boards_remove')] },
      {
        name: 'Accounts',
        steps: [
          ask('auth_logoutAll', {
            note: 'On a throwaway account.',
            as: 'throwaway',
            forget: ['throwawayAccessToken', 'throwawayRefreshToken'],
          }),
          ask('accounts_leave', {
            note: 'Deletes a throwaway account, never yours.',
            as: 'throwaway',
            body: { password: '{{throwawayPassword}}', content: 'remove' },
            forget: ['throwawayAccessToken', 'throwawayRefreshToken'],
          }),
          ask('auth_logout', {
            note: 'The next request logs in again by itself.',
            body: { refreshToken: '{{refreshToken}}' },
            forget: ['accessToken', 'refreshToken'],
          }),
        ],
      },
    ],
  },
];
