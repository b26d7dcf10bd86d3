// Made of openapi.json by `npm run client`: do not edit.

export interface paths {
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether the process answers; touches nothing
         * @description No database and no other service is asked. Restart an instance that does not answer; take it out by `/health/ready`.
         */
        get: operations["health_live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether this instance should get requests
         * @description Not when the database is away, its schema is behind or half migrated, or the server is on its way down.
         */
        get: operations["health_ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Register and log in
         * @description The username is for logging in, and upper and lower case are the same. Others see the nickname. With `email`, a code is mailed to confirm the address. An Idempotency-Key is kept for one hour: a retry logs in, with a new session, and counts as a log-in; after a change of the password it is 409.
         */
        post: operations["auth_register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log in
         * @description An unknown name and a wrong password get one and the same answer. An account has at most 50 sessions: the oldest ends for a new one.
         */
        post: operations["auth_login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get a new pair of tokens
         * @description The refresh token is used up and replaced. When the answer gets lost, the same token may be sent again for 60 s and gets the same successor. Any older one ends the session. A session ends 180 days after its log-in at the latest (`SESSION_MAX_DAYS`).
         */
        post: operations["auth_refresh"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log out
         * @description Both tokens of this session are dead at once. Where the access token has expired, the refresh token (in the body or the cookie) says which session it is.
         */
        post: operations["auth_logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/logout-all": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log out everywhere
         * @description Ends every session of the account, this one too. All access and refresh tokens stop working at once.
         */
        post: operations["auth_logoutAll"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where am I logged in, newest first
         * @description Each with its device (`userAgent`), the network address it began from, and its last refresh. `current` marks this session.
         */
        get: operations["auth_listSessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End one session
         * @description The tokens of that device stop working at once. `GET /auth/sessions` has the ids.
         */
        delete: operations["auth_endSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/password-reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for a password-reset mail
         * @description The answer is the same whether or not an account has confirmed this address.
         */
        post: operations["auth_askForReset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/password-reset/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set a new password with the token from the mail
         * @description Ends every session of the account.
         */
        post: operations["auth_reset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * My account
         * @description The account of the access token, with role and state of verification. `ETag` is for `PATCH`.
         */
        get: operations["accounts_me"];
        put?: never;
        post?: never;
        /**
         * Leave
         * @description The account is gone at once, with its sessions and its mail address; friends, timetables and scraps follow. Views and likes stay counted, without the account. Cannot be undone.
         */
        delete: operations["accounts_leave"];
        options?: never;
        head?: never;
        /**
         * Change my nickname
         * @description The new nickname shows on everything written by name. The username stays. Anonymous posts and comments stay anonymous.
         */
        patch: operations["accounts_change"];
        trace?: never;
    };
    "/api/v1/accounts/me/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Everything that is stored about me
         * @description One JSON object with a key for each feature: account, sessions, posts, comments, likes, scraps, timetables, friends.
         */
        get: operations["accounts_export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/me/email": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Ask to confirm a mail address
         * @description A code is mailed there. An address that somebody else has confirmed gets the same answer.
         */
        put: operations["accounts_setEmail"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/me/email/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm the mail address
         * @description Send the code from the mail. Codes expire, and a few wrong ones end a code: then ask for another.
         */
        post: operations["accounts_confirmEmail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change my password
         * @description All other sessions end; this device gets a new pair of tokens.
         */
        put: operations["accounts_changePassword"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/me/school-email": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask to be verified as a student
         * @description A code is mailed to the address, which has to be of an allowed school domain.
         */
        post: operations["accounts_askToVerify"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/me/school-email/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Become a verified student
         * @description Send the code from the mail to the school address. Boards for verified students then open.
         */
        post: operations["accounts_verify"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A public profile
         * @description The public part of an account: nickname and date of registration. Posts by name are at `GET /posts?author=`.
         */
        get: operations["accounts_profile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/boards": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The boards, the oldest first
         * @description Boards that you may not read are listed too, except staff boards. `q` finds a part of the name.
         */
        get: operations["boards_list"];
        put?: never;
        /**
         * Open a board
         * @description You set only access that you hold. An account has 20 boards at most.
         */
        post: operations["boards_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/boards/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A board
         * @description Its metadata is for everyone, also where its posts are not; staff boards are hidden.
         */
        get: operations["boards_get"];
        put?: never;
        post?: never;
        /**
         * Drop a board of mine; one with posts is archived
         * @description A board without posts is deleted. One with posts stays readable and takes nothing new. Admins may drop any.
         */
        delete: operations["boards_remove"];
        options?: never;
        head?: never;
        /**
         * Change a board of mine
         * @description Admins may change any. Once something was written in it, access is only tightened.
         */
        patch: operations["boards_change"];
        trace?: never;
    };
    "/api/v1/tags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Tags, for lists and autocompletion
         * @description Counts are of posts in boards that everyone may read. With `prefix`, suggests while somebody types.
         */
        get: operations["tags_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tags/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A tag
         * @description Names are compared without a leading `#`, without regard to case. A tag exists while some post has it.
         */
        get: operations["tags_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/boards/{id}/posts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The posts of a board
         * @description `hot`: those whose likes reached the board’s threshold, the newest to do so first.
         */
        get: operations["posts_ofBoard"];
        put?: never;
        /**
         * Write a post
         * @description Tags are created as needed and cleaned: trimmed, lower case, without `#`. `anonymous: true` hides the author for good, where the board allows it.
         */
        post: operations["posts_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/posts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Posts of all boards that I may read
         * @description Filters combine as follows, anything else is 400: `board` with all others; `tag` or `author` with `from` and `to`; `q` with `author`; `hot` and `likes` with `board` only. Under `likes` a row may move while you page.
         */
        get: operations["posts_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/posts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a post
         * @description An account’s first read counts a view.
         */
        get: operations["posts_read"];
        put?: never;
        post?: never;
        /**
         * Delete a post of mine, for good
         * @description Title, text and tags are erased at once. The post then answers 410 to those who could read it.
         */
        delete: operations["posts_remove"];
        options?: never;
        head?: never;
        /**
         * Edit a post of mine
         * @description Board and anonymity stay as they are.
         */
        patch: operations["posts_change"];
        trace?: never;
    };
    "/api/v1/posts/{id}/like": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Like a post
         * @description Counts once, however often it is sent. You cannot like your own post.
         */
        put: operations["posts_like"];
        post?: never;
        /**
         * Take my like back
         * @description Takes nothing back a second time: the answer is the same.
         */
        delete: operations["posts_unlike"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/posts/{id}/scrap": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Keep a post
         * @description Adds it to `GET /accounts/me/scraps`. Nobody else sees your scraps.
         */
        put: operations["posts_scrap"];
        post?: never;
        /**
         * Keep a post no longer
         * @description Removes it from your scraps. A second time the answer is the same.
         */
        delete: operations["posts_unscrap"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tags/{name}/posts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The posts with a tag, the newest first
         * @description From all boards that you may read. `GET /posts?tag=` combines the tag with days.
         */
        get: operations["posts_ofTag"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/me/posts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * My posts, also the anonymous ones
         * @description Only you see this list. The newest come first.
         */
        get: operations["posts_mine"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/me/likes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Posts that I like
         * @description The latest like first. Posts that were deleted, or that you may no longer read, are left out.
         */
        get: operations["posts_liked"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/me/scraps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Posts that I keep
         * @description The latest scrap first. Posts that were deleted, or that you may no longer read, are left out.
         */
        get: operations["posts_scrapped"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/posts/{id}/comments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The comments on a post, oldest first
         * @description Top-level comments are paged, each with its first three replies.
         */
        get: operations["comments_list"];
        put?: never;
        /**
         * Write a comment or a reply
         * @description Who may write in the board may comment. A reply to a reply goes to its root.
         */
        post: operations["comments_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/comments/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A comment with its first replies
         * @description For links to one comment. Further replies are at `GET /comments/{id}/replies`.
         */
        get: operations["comments_get"];
        put?: never;
        post?: never;
        /**
         * Delete a comment of mine
         * @description One with replies stays as a stub without author and text until its last reply goes.
         */
        delete: operations["comments_remove"];
        options?: never;
        head?: never;
        /**
         * Edit a comment of mine
         * @description Replaces the text and sets `editedAt`. Send `If-Match` to change only the version that you saw.
         */
        patch: operations["comments_change"];
        trace?: never;
    };
    "/api/v1/comments/{id}/replies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The replies to a comment, oldest first
         * @description Start from `replies.nextCursor` of the comment, or without a cursor from the first reply.
         */
        get: operations["comments_replies"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/comments/{id}/like": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Like a comment
         * @description Counts once, however often it is sent. You cannot like your own comment.
         */
        put: operations["comments_like"];
        post?: never;
        /**
         * Take my like back
         * @description Takes nothing back a second time: the answer is the same.
         */
        delete: operations["comments_unlike"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/me/comments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * My comments, also the anonymous ones; without their replies
         * @description Only you see this list. The newest come first.
         */
        get: operations["comments_mine"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/semesters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The semesters, the newest first
         * @description Each has its term, first and last day, time zone and holidays. Lectures and timetables belong to one semester.
         */
        get: operations["semesters_list"];
        put?: never;
        /**
         * Make a semester (admins)
         * @description There is one semester for each year and term. Imports need it to exist.
         */
        post: operations["semesters_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/semesters/current": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The semester that runs, else the next, else the last
         * @description By the days of each semester in its own time zone. 404 only while there is no semester at all.
         */
        get: operations["semesters_current"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/semesters/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A semester
         * @description Week 1 is the week, Monday to Sunday, that contains `startsOn`.
         */
        get: operations["semesters_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change the dates of a semester (admins)
         * @description Year and term stay. Calendars and free times follow the new days and holidays.
         */
        patch: operations["semesters_change"];
        trace?: never;
    };
    "/api/v1/subjects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The subjects, the catalogue's and those of members
         * @description A subject (과목) has lectures: its sections in one semester. `q` finds a part of the name or the code.
         */
        get: operations["subjects_list"];
        put?: never;
        /**
         * Register a subject that the catalogue lacks
         * @description An account has 50 at most.
         */
        post: operations["subjects_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/subjects/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A subject
         * @description Its lectures are at `GET /lectures?q=`, by code or name.
         */
        get: operations["subjects_get"];
        put?: never;
        post?: never;
        /**
         * Delete a subject of mine that has no lectures
         * @description Delete its lectures first. Subjects of the catalogue are read-only.
         */
        delete: operations["subjects_remove"];
        options?: never;
        head?: never;
        /**
         * Change a subject of mine, as long as nobody else uses it
         * @description Subjects of the catalogue are read-only. Send `If-Match` to change only the version that you saw.
         */
        patch: operations["subjects_change"];
        trace?: never;
    };
    "/api/v1/lectures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Search the lectures of a semester
         * @description All filters combine; those who give none list the whole semester. Cancelled lectures are not found. `fits` needs an account, and a timetable of the semester; a lecture that is in it already does not fit once more.
         */
        get: operations["lecturesearch_list"];
        put?: never;
        /**
         * Register a lecture that the catalogue lacks
         * @description An account has 200 at most.
         */
        post: operations["lectures_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/lectures/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A lecture, also a cancelled one
         * @description Timetables keep their entry of a cancelled lecture; the search does not find it.
         */
        get: operations["lectures_get"];
        put?: never;
        post?: never;
        /**
         * Delete a lecture of mine that is in no timetable
         * @description Take it out of your own timetables first. Lectures of the catalogue are read-only.
         */
        delete: operations["lectures_remove"];
        options?: never;
        head?: never;
        /**
         * Change a lecture of mine, as long as nobody else has it in a timetable
         * @description Your own entry of it follows. Lectures of the catalogue are read-only.
         */
        patch: operations["lectures_change"];
        trace?: never;
    };
    "/api/v1/catalogue/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The imports, the newest first (admins)
         * @description Each with its state and progress. The report is at `GET /catalogue/imports/{id}` as well.
         */
        get: operations["imports_list"];
        put?: never;
        /**
         * Update a semester's lectures from a file (admins)
         * @description A form with one file of the university; docs/catalogue.md has the formats. It goes on after the answer: `Location` says where to look. Importing the same file again changes nothing.
         */
        post: operations["imports_start"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/catalogue/imports/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How far an import is, and its report (admins)
         * @description Ask again until `state` is final. The report counts added, changed and cancelled lectures, and lists bad rows.
         */
        get: operations["imports_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/friends": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * My friends, the newest first
         * @description Friends see your primary timetables as far as each timetable's `visibility` allows.
         */
        get: operations["friends_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/friends/{accountId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A friend of mine
         * @description 404 for everybody who is not a friend, whether or not the account exists.
         */
        get: operations["friends_get"];
        put?: never;
        post?: never;
        /**
         * End a friendship
         * @description Either side may do it. The other one gets no notice.
         */
        delete: operations["friends_remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/friend-requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Friend requests that wait for an answer, the newest first
         * @description Those that I was sent, or with `direction=outgoing` those that I sent.
         */
        get: operations["friendrequests_list"];
        put?: never;
        /**
         * Ask somebody to be friends
         * @description By username, which both then see of each other. Where the other one has asked already, we are friends at once: `state` is `accepted`, and `Location` is the friend. An account sends 30 requests an hour and 3 a day to the same account, has 100 that wait for an answer and 1,000 friends at most.
         */
        post: operations["friendrequests_ask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/friend-requests/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A friend request that I sent or was sent
         * @description Gone once it is declined or cancelled, or the friendship has ended.
         */
        get: operations["friendrequests_get"];
        put?: never;
        post?: never;
        /**
         * Cancel a friend request of mine
         * @description Only who asked can, as long as it waits for an answer.
         */
        delete: operations["friendrequests_cancel"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/friend-requests/{id}/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Accept a friend request
         * @description Only who was asked can. A second time it answers the same.
         */
        post: operations["friendrequests_accept"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/friend-requests/{id}/decline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Decline a friend request
         * @description Only who was asked can.
         */
        post: operations["friendrequests_decline"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/timetables": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * My timetables, the oldest first
         * @description A friend's are at `GET /friends/{id}/timetables` alone. A page ends early where its timetables are very full.
         */
        get: operations["timetables_list"];
        put?: never;
        /**
         * Begin a timetable
         * @description The first of a semester is its primary one. An account has 20 in a semester at most.
         */
        post: operations["timetables_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/timetables/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A timetable of mine
         * @description With all its entries. Changes of the catalogue are marked on the entries and summed up in `notice`.
         */
        get: operations["timetables_get"];
        put?: never;
        post?: never;
        /**
         * Delete a timetable
         * @description When it was the primary one, the oldest one left in the semester takes its place.
         */
        delete: operations["timetables_remove"];
        options?: never;
        head?: never;
        /**
         * Name it, theme it, show it to friends, make it the primary one
         * @description Each field may be left out. Friends see the primary timetable of a semester only.
         */
        patch: operations["timetables_change"];
        trace?: never;
    };
    "/api/v1/timetables/{id}/copies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Copy a timetable
         * @description The copy is private and called `name (n)`; titles, colours and memos of entries come along.
         */
        post: operations["timetables_copy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/timetables/{id}/entries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Add a lecture, or something of your own
         * @description A lecture that clashes is refused with the entries in its way as `conflicts`, or with `onConflict=replace` takes their place. Another section of a subject is added with a warning. A timetable has 100 entries at most.
         */
        post: operations["entries_add"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/timetables/{id}/entries/{entryId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * An entry
         * @description A lecture of the catalogue, or something of your own: see `kind`.
         */
        get: operations["entries_get"];
        put?: never;
        post?: never;
        /**
         * Take an entry out
         * @description Title, colour and memo go with it.
         */
        delete: operations["entries_remove"];
        options?: never;
        head?: never;
        /**
         * Give an entry a title, a colour, a memo; keep it private
         * @description Your own values stay when the catalogue changes the lecture. Custom entries take credits and meetings.
         */
        patch: operations["entries_change"];
        trace?: never;
    };
    "/api/v1/timetables/{id}/entries/{entryId}/acknowledge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Accept the catalogue's changes
         * @description The entry is `ok` again, as the lecture now is; one whose lecture was cancelled stays, without a mark.
         */
        post: operations["entries_acknowledge"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/timetables/{id}/image.svg": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A picture of a timetable of mine
         * @description It stands by itself: no script, nothing to load. The names of days follow `Accept-Language`.
         */
        get: operations["picture_draw"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/timetable-themes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The themes with their colours, to draw the same picture elsewhere
         * @description Each colour is a fill with a text colour that is readable on it. Needs no account.
         */
        get: operations["picture_themes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/timetables/{id}/calendar.ics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A timetable of mine as iCalendar, to import once
         * @description One event for each meeting, weekly until the semester ends, without its holidays. A second import changes the existing events. Cancelled and untimed entries are left out.
         */
        get: operations["calendar_download"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/timetables/{id}/feed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make or renew the address under which calendars subscribe to a timetable of mine
         * @description The address before it is dead.
         */
        post: operations["calendar_renew"];
        /**
         * Revoke that address
         * @description Calendars that subscribe get 404 from then on. The timetable stays.
         */
        delete: operations["calendar_revoke"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calendars/{token}.ics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The calendar at a secret address, for programs that subscribe
         * @description Needs no account. A cancelled lecture is gone at the next look.
         */
        get: operations["calendar_subscribe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/friends/{accountId}/timetables": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A friend's shared timetables, the newest semester first
         * @description The primary timetable of each semester, or of the one asked for; none where it is private. Memos are not shown, nor lectures that were cancelled.
         */
        get: operations["friendtimetables_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/free-time": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * When I and some friends are all free
         * @description By our primary timetables of the semester, on all seven days: intervals only, never whose lecture. A private entry counts as busy, a cancelled lecture does not. 404 if one of `with` is no friend of mine.
         */
        get: operations["freetime_of"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/timetables/{id}/suggestions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The wizard: the best ways to pick one lecture of each group without a clash
         * @description Nothing is stored. Clashes are checked week by week, to the minute; wishes (`weights`) count by day, over all weeks. Untimed lectures never clash. Equal scores stand in the order of their lectures. The lectures of all groups have 2,000 meetings at most.
         */
        post: operations["suggestions_suggest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        HealthView: {
            /** @enum {string} */
            status: "ok";
        };
        RegisterBody: {
            /**
             * @description The name for log-in. Upper and lower case are the same name
             * @example minsu
             */
            username: string;
            /**
             * Format: password
             * @description Every character counts; common ones and those that contain the username are refused
             * @example correct-horse-42
             */
            password: string;
            /**
             * @description The name that others see. Must hold letters, digits, "_", "-" and "."
             * @example 민수
             */
            nickname: string;
            /**
             * Format: email
             * @description A code is mailed there to confirm it
             * @example minsu@example.com
             */
            email?: string;
            /**
             * @description Where the refresh token goes: `cookie` for browsers
             * @enum {string}
             */
            refreshTokenIn?: "body" | "cookie";
        };
        AccountView: {
            /** @example 7 */
            id: number;
            /** @example minsu */
            username: string;
            /** @example 민수 */
            nickname: string;
            /**
             * @description Confirmed; `null` until then
             * @example null
             */
            email: string | null;
            /** @enum {string} */
            role: "member" | "moderator" | "admin";
            /** @description Whether the account counts as a verified student now */
            verified: boolean;
            /**
             * Format: date-time
             * @example null
             */
            verifiedUntil: string | null;
            /** Format: date-time */
            createdAt: string;
        };
        LoginView: {
            /**
             * @description A JWT: send it as `Authorization: Bearer …`
             * @example eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.c2lnbmF0dXJl
             */
            accessToken: string;
            /**
             * @description Opaque; `null` when it went into the cookie
             * @example mr7.0.b3BhcXVlLW9wYXF1ZS1vcGFxdWUtb3BhcXVlLW9wYXF1ZS1vcGFxdWUtb3Bh
             */
            refreshToken: string | null;
            /** @enum {string} */
            tokenType: "Bearer";
            /**
             * @description Seconds until the access token expires
             * @example 900
             */
            expiresIn: number;
            account: components["schemas"]["AccountView"];
        };
        LoginBody: {
            /** @example minsu */
            username: string;
            /**
             * Format: password
             * @example spring-campus-42
             */
            password: string;
            /**
             * @description Where the refresh token goes: `cookie` for browsers
             * @enum {string}
             */
            refreshTokenIn?: "body" | "cookie";
        };
        RefreshBody: {
            /** @description Not needed where the cookie is sent */
            refreshToken?: string;
        };
        TokenPairView: {
            /**
             * @description A JWT: send it as `Authorization: Bearer …`
             * @example eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.c2lnbmF0dXJl
             */
            accessToken: string;
            /**
             * @description Opaque; `null` when it went into the cookie
             * @example mr7.0.b3BhcXVlLW9wYXF1ZS1vcGFxdWUtb3BhcXVlLW9wYXF1ZS1vcGFxdWUtb3Bh
             */
            refreshToken: string | null;
            /** @enum {string} */
            tokenType: "Bearer";
            /**
             * @description Seconds until the access token expires
             * @example 900
             */
            expiresIn: number;
        };
        SessionView: {
            id: number;
            /** @description The session of this very request */
            current: boolean;
            /** @example Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) */
            userAgent: string;
            /**
             * @description The network address it was begun from
             * @example 203.0.113.7
             */
            address: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            lastRefreshedAt: string;
            /** Format: date-time */
            expiresAt: string;
        };
        SessionPage: {
            items: components["schemas"]["SessionView"][];
            /** @description Pass as `cursor` for the next page; `null` at the end */
            nextCursor: string | null;
        };
        PasswordResetBody: {
            /**
             * Format: email
             * @example minsu@example.com
             */
            email: string;
        };
        PasswordResetConfirmBody: {
            /**
             * @description From the mail
             * @example 7-VqXh4rPz0yqR1kT2mW8nEw
             */
            token: string;
            /**
             * Format: password
             * @example new-correct-horse-43
             */
            newPassword: string;
        };
        AccountChanges: {
            /**
             * @description Must hold letters, digits, "_", "-" and "."
             * @example 민수
             */
            nickname?: string;
        };
        LeaveBody: {
            /**
             * Format: password
             * @example correct-horse-42
             */
            password: string;
            /**
             * @description `keep` leaves posts and comments without their author. `remove` deletes those with a name at once, and each anonymous one at a random time within 72 hours
             * @enum {string}
             */
            content: "keep" | "remove";
        };
        StoredAddressView: {
            /**
             * @description The purpose of an open code
             * @enum {string}
             */
            purpose: "email" | "school" | "password";
            /** @example minsu@example.com */
            address: string;
            /** Format: date-time */
            expiresAt: string;
        };
        ExportView: {
            /** Format: date-time */
            exportedAt: string;
            account: components["schemas"]["AccountView"];
            sessions: components["schemas"]["SessionView"][];
            /** @description Addresses that are not confirmed yet */
            pendingAddresses: components["schemas"]["StoredAddressView"][];
            /** @description When school addresses were confirmed; of the addresses only keyed hashes are stored */
            schoolAddressesConfirmedAt: string[];
        };
        EmailBody: {
            /**
             * Format: password
             * @example correct-horse-42
             */
            password: string;
            /**
             * Format: email
             * @example minsu@example.com
             */
            email: string;
        };
        CodeBody: {
            /**
             * @description From the mail
             * @example 482913
             */
            code: string;
        };
        PasswordBody: {
            /**
             * Format: password
             * @example correct-horse-42
             */
            currentPassword: string;
            /**
             * Format: password
             * @example correct-horse-42
             */
            newPassword: string;
            /**
             * @description Where the refresh token goes: `cookie` for browsers
             * @enum {string}
             */
            refreshTokenIn?: "body" | "cookie";
        };
        SchoolEmailBody: {
            /**
             * Format: email
             * @example minsu@school.ac.kr
             */
            email: string;
        };
        ProfileView: {
            /** @example 7 */
            id: number;
            /** @example 민수 */
            nickname: string;
            /** Format: date-time */
            createdAt: string;
        };
        NamedAuthor: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "account";
            /** @example 7 */
            id: number;
            /** @example 민수 */
            nickname: string;
        };
        AnonymousAuthor: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "anonymous";
            /** @enum {boolean} */
            anonymous: true;
            /**
             * @description 익명, 익명1, 익명2, … or 글쓴이; in Korean in every language
             * @example 익명1
             */
            label: string;
            /**
             * @description By first appearance in the thread
             * @example 1
             */
            number: number | null;
            /** @description The anonymous author of the post */
            isPostAuthor: boolean;
        };
        DeletedAuthor: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "deleted";
            /** @enum {boolean} */
            deleted: true;
            /** @example (알 수 없음) */
            label: string;
        };
        BoardView: {
            /** @example 3 */
            id: number;
            /** @example free */
            slug: string;
            /** @example 자유게시판 */
            name: string;
            /** @example 무엇이든 이야기해요 */
            description: string;
            allowAnonymous: boolean;
            /** @enum {string} */
            readAccess: "everyone" | "members" | "verified" | "staff";
            /** @enum {string} */
            writeAccess: "members" | "verified" | "staff";
            archived: boolean;
            postCount: number;
            owner: components["schemas"]["Author"];
            /** Format: date-time */
            createdAt: string;
        };
        BoardPage: {
            items: components["schemas"]["BoardView"][];
            /** @description Pass as `cursor` for the next page; `null` at the end */
            nextCursor: string | null;
        };
        BoardBody: {
            /** @example 자유게시판 */
            name: string;
            /**
             * @description `board-{id}` by default
             * @example free
             */
            slug?: string;
            /** @example 무엇이든 이야기해요 */
            description?: string;
            /** @description true by default */
            allowAnonymous?: boolean;
            /**
             * @description `everyone` by default
             * @enum {string}
             */
            readAccess?: "everyone" | "members" | "verified" | "staff";
            /**
             * @description Never wider than `readAccess`, which it is by default; `members` at least
             * @enum {string}
             */
            writeAccess?: "members" | "verified" | "staff";
        };
        BoardChanges: {
            name?: string;
            slug?: string;
            description?: string | null;
            allowAnonymous?: boolean;
            /** @enum {string} */
            readAccess?: "everyone" | "members" | "verified" | "staff";
            /** @enum {string} */
            writeAccess?: "members" | "verified" | "staff";
            /** @description Nothing new is written in an archived board */
            archived?: boolean;
        };
        TagView: {
            /** @example 중간고사 */
            name: string;
            /** @description Posts with it in boards that everyone may read */
            postCount: number;
        };
        TagPage: {
            items: components["schemas"]["TagView"][];
            /** @description Pass as `cursor` for the next page; `null` at the end */
            nextCursor: string | null;
        };
        PostItem: {
            /** @example 42 */
            id: number;
            /** @example 3 */
            boardId: number;
            /** @example 중간고사 족보 구해요 */
            title: string;
            /**
             * @description The beginning of the content, at most 200 characters
             * @example 운영체제 중간고사 준비하시는 분 계신가요?
             */
            excerpt: string;
            author: components["schemas"]["Author"];
            /**
             * @description In a list the first ten
             * @example [
             *       "중간고사",
             *       "운영체제"
             *     ]
             */
            tags: string[];
            tagCount: number;
            likeCount: number;
            /** @description The same number for every reader */
            commentCount: number;
            /** @description Accounts that have read it */
            viewCount: number;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            editedAt: string | null;
            /**
             * Format: date-time
             * @description When its likes made it hot
             */
            hotAt: string | null;
            /** @description Whether I wrote it */
            mine: boolean;
            /** @description Whether I like it */
            liked: boolean;
            /** @description Whether I keep it */
            scrapped: boolean;
        };
        PostPage: {
            items: components["schemas"]["PostItem"][];
            /** @description Pass as `cursor` for the next page; `null` at the end */
            nextCursor: string | null;
        };
        PostBody: {
            /** @example 중간고사 족보 구해요 */
            title: string;
            /** @example 운영체제 중간고사 준비하시는 분 계신가요? */
            content: string;
            /**
             * @description Any number, in order
             * @example [
             *       "중간고사",
             *       "운영체제"
             *     ]
             */
            tags?: string[];
            /** @description Cannot be changed afterwards */
            anonymous?: boolean;
        };
        PostView: {
            /** @example 42 */
            id: number;
            /** @example 3 */
            boardId: number;
            /** @example 중간고사 족보 구해요 */
            title: string;
            /**
             * @description The beginning of the content, at most 200 characters
             * @example 운영체제 중간고사 준비하시는 분 계신가요?
             */
            excerpt: string;
            author: components["schemas"]["Author"];
            /**
             * @description In a list the first ten
             * @example [
             *       "중간고사",
             *       "운영체제"
             *     ]
             */
            tags: string[];
            tagCount: number;
            likeCount: number;
            /** @description The same number for every reader */
            commentCount: number;
            /** @description Accounts that have read it */
            viewCount: number;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            editedAt: string | null;
            /**
             * Format: date-time
             * @description When its likes made it hot
             */
            hotAt: string | null;
            /** @description Whether I wrote it */
            mine: boolean;
            /** @description Whether I like it */
            liked: boolean;
            /** @description Whether I keep it */
            scrapped: boolean;
            /**
             * @example 운영체제 중간고사 준비하시는 분 계신가요?
             *     같이 공부해요!
             */
            content: string;
            /** @description The first page of comments where `?comments=` asked for it, else `null` */
            comments: components["schemas"]["CommentPage"] | null;
        };
        PostChanges: {
            title?: string;
            content?: string;
            /** @description Replaces all; `null` clears */
            tags?: string[] | null;
        };
        CommentView: {
            /** @example 101 */
            id: number;
            /** @example 42 */
            postId: number;
            /** @description The top-level comment that this replies to */
            parentId: number | null;
            /**
             * @description `null` unless `visible`
             * @example 저도 궁금해요!
             */
            content: string | null;
            /** @description `null` unless `visible` */
            author: components["schemas"]["Author"] | null;
            likeCount: number;
            replyCount: number;
            /** @description The first replies, oldest first; further ones by `GET /comments/{id}/replies` */
            replies: components["schemas"]["CommentPage"];
            /**
             * @description `deleted`: a stub that stays while it has replies
             * @enum {string}
             */
            state: "visible" | "deleted" | "hidden";
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            editedAt: string | null;
            /** @description Whether I wrote it */
            mine: boolean;
            /** @description Whether I like it */
            liked: boolean;
        };
        CommentPage: {
            items: components["schemas"]["CommentView"][];
            /** @description Pass as `cursor` for the next page; `null` at the end */
            nextCursor: string | null;
        };
        CommentBody: {
            /** @example 저도 궁금해요! */
            content: string;
            /** @description Cannot be changed afterwards */
            anonymous?: boolean;
            /**
             * @description The comment to reply to; a reply to a reply goes to its root
             * @example null
             */
            parentId?: number | null;
        };
        CommentChanges: {
            content?: string;
        };
        SemesterView: {
            /** @example 2 */
            id: number;
            /** @example 2026 */
            year: number;
            /**
             * @example autumn
             * @enum {string}
             */
            term: "spring" | "summer" | "autumn" | "winter";
            /**
             * Format: date
             * @description Week 1 is the Monday week that holds it
             * @example 2026-09-01
             */
            startsOn: string;
            /**
             * Format: date
             * @example 2026-12-21
             */
            endsOn: string;
            /** @example Asia/Seoul */
            timeZone: string;
            /**
             * @example [
             *       "2026-10-09"
             *     ]
             */
            holidays: string[];
        };
        SemesterPage: {
            items: components["schemas"]["SemesterView"][];
            /** @description Pass as `cursor` for the next page; `null` at the end */
            nextCursor: string | null;
        };
        SemesterBody: {
            /** @example 2026 */
            year: number;
            /**
             * @example autumn
             * @enum {string}
             */
            term: "spring" | "summer" | "autumn" | "winter";
            /**
             * Format: date
             * @description Week 1 is the Monday week that holds it
             * @example 2026-09-01
             */
            startsOn: string;
            /**
             * Format: date
             * @description The last day
             * @example 2026-12-21
             */
            endsOn: string;
            /**
             * @description An IANA name; the zone of its lectures
             * @example Asia/Seoul
             */
            timeZone?: string;
            /**
             * @description Days without lectures. Absent: in Asia/Seoul Korea's public holidays of these days, elsewhere none
             * @example [
             *       "2026-10-09"
             *     ]
             */
            holidays?: string[];
        };
        SemesterChanges: {
            /** Format: date */
            startsOn?: string;
            /** Format: date */
            endsOn?: string;
            timeZone?: string;
            /** @description `null`: none */
            holidays?: string[] | null;
        };
        SubjectView: {
            /** @example 12 */
            id: number;
            /** @example CSE2017 */
            code: string;
            /** @example 자료구조 */
            name: string;
            /** @example 컴퓨터공학과 */
            department: string | null;
            /** @example 3 */
            credits: number;
            /** @example 전공필수 */
            category: string | null;
            /**
             * @description `user`: registered by a member
             * @enum {string}
             */
            source: "catalogue" | "user";
        };
        SubjectPage: {
            items: components["schemas"]["SubjectView"][];
            /** @description Pass as `cursor` for the next page; `null` at the end */
            nextCursor: string | null;
        };
        SubjectBody: {
            /** @example CSE2017 */
            code: string;
            /** @example 자료구조 */
            name: string;
            /** @example 컴퓨터공학과 */
            department?: string | null;
            /** @example 3 */
            credits: number;
            /** @example 전공필수 */
            category?: string | null;
        };
        SubjectChanges: {
            code?: string;
            name?: string;
            department?: string | null;
            credits?: number;
            category?: string | null;
        };
        MeetingBody: {
            /**
             * @description 0 = Monday … 6 = Sunday
             * @example 0
             */
            day: number;
            /**
             * @description Minutes since 00:00, local
             * @example 630
             */
            start: number;
            /**
             * @description After `start`; over midnight it is two meetings
             * @example 720
             */
            end: number;
            /** @example 공학관 301 */
            room?: string | null;
            /**
             * @description The weeks of the semester in which it is held; `null` for every week
             * @example null
             */
            weeks?: number[] | null;
        };
        LectureBody: {
            /**
             * @description The subject
             * @example 12
             */
            subjectId: number;
            /** @example 2 */
            semesterId: number;
            /** @example 01 */
            section: string;
            /** @description The name of the subject by default */
            title?: string | null;
            /**
             * @example [
             *       "김교수"
             *     ]
             */
            professors?: string[];
            /** @description Those of the subject by default */
            credits?: number | null;
            /** @example 40 */
            capacity?: number | null;
            note?: string | null;
            /** @description The place, if it is not known for each meeting */
            place?: string | null;
            /** @description None: it is untimed */
            meetings: components["schemas"]["MeetingBody"][];
        };
        MeetingView: {
            /**
             * @description 0 = Monday … 6 = Sunday
             * @example 0
             */
            day: number;
            /**
             * @description Minutes since 00:00, local
             * @example 630
             */
            start: number;
            /** @example 720 */
            end: number;
            /** @example 공학관 301 */
            room: string | null;
            /**
             * @description The weeks of the semester in which it is held; `null` for every week
             * @example null
             */
            weeks: number[] | null;
        };
        LectureView: {
            /** @example 345 */
            id: number;
            subject: components["schemas"]["SubjectView"];
            semester: components["schemas"]["SemesterView"];
            /** @example 01 */
            section: string;
            /** @example 자료구조 */
            title: string;
            /**
             * @example [
             *       "김교수"
             *     ]
             */
            professors: string[];
            /** @example 3 */
            credits: number;
            /**
             * @description The most credits where they are a range from `credits` on
             * @example null
             */
            creditsMax: number | null;
            /**
             * @description The years of study that it is for
             * @example 2학년
             */
            grade: string | null;
            /** @example 40 */
            capacity: number | null;
            /** @example 38 */
            enrolled: number | null;
            /** @example null */
            note: string | null;
            /**
             * @description The place, if it is not known for each meeting
             * @example null
             */
            place: string | null;
            /**
             * @description `user`: registered by a member
             * @enum {string}
             */
            source: "catalogue" | "user";
            /** @description The catalogue does not have it any more: it clashes with nothing and gives no credits */
            cancelled: boolean;
            /** @description By day and start; none when it is untimed */
            meetings: components["schemas"]["MeetingView"][];
        };
        LectureChanges: {
            section?: string;
            /** @description `null`: the name of the subject */
            title?: string | null;
            professors?: string[] | null;
            /** @description `null`: those of the subject */
            credits?: number | null;
            capacity?: number | null;
            note?: string | null;
            place?: string | null;
            meetings?: components["schemas"]["MeetingBody"][] | null;
        };
        ImportProgressView: {
            /**
             * @description `indexing`: only of imports before the search needed no index
             * @enum {string}
             */
            phase: "waiting" | "reading" | "comparing" | "applying" | "indexing";
            /** @description Records of the file that were read */
            rows: number;
            /** @description Bytes of the file that were read */
            bytes: number;
            /** @description The size of the file */
            bytesTotal: number;
            /** @description Records, of `rows`, that were compared with the catalogue */
            compared: number;
        };
        RefusalView: {
            /** @enum {string} */
            code: "empty" | "badRows" | "lost";
            text: string;
        };
        ImportCountsView: {
            /** @description Records in the file */
            rows: number;
            /** @description Lectures that these are */
            lectures: number;
            meetings: number;
            /** @description Lectures without meetings */
            untimed: number;
            added: number;
            changed: number;
            unchanged: number;
            /** @description Not in the file any more: they are cancelled */
            removed: number;
            /** @description Were cancelled and are in the file again */
            returned: number;
            /** @description Lectures that have lost all their times */
            lostTimes: number;
            subjectsAdded: number;
            subjectsChanged: number;
        };
        RowNoteView: {
            /** @description The line of a CSV file, the place in the list of a JSON file; from 1 */
            line: number;
            /** @example "25:00" is no time of day */
            text: string;
        };
        NoteGroupView: {
            /**
             * @description Without the content of the row
             * @example "…" is no time of day
             */
            reason: string;
            total: number;
            /** @description The first ten */
            lines: number[];
        };
        RowNotesView: {
            total: number;
            /** @description The first 100 */
            items: components["schemas"]["RowNoteView"][];
            /** @description All of them by their reasons, the most frequent first */
            groups: components["schemas"]["NoteGroupView"][];
        };
        LectureChangeView: {
            /** @enum {string} */
            kind: "added" | "changed" | "removed" | "returned";
            /** @example CSE2017 */
            code: string;
            /** @example 01 */
            section: string;
            /** @example 자료구조 */
            title: string;
            /**
             * @description The old and new value of each field; empty for added or removed lectures
             * @example {
             *       "capacity": {
             *         "old": 40,
             *         "new": 45
             *       }
             *     }
             */
            fields: {
                [key: string]: {
                    old?: unknown;
                    new?: unknown;
                };
            };
        };
        LectureChangesView: {
            total: number;
            /** @description The first 100: cancelled ones, then those at another time or place, then all others */
            items: components["schemas"]["LectureChangeView"][];
        };
        ImportTimesView: {
            waiting: number;
            reading: number;
            comparing: number;
            applying: number;
        };
        ImportReportView: {
            /** @example 2026-autumn */
            semester: string;
            /** @example csv */
            format: string;
            /** @description Whether the catalogue now has the same data as the file */
            applied: boolean;
            dryRun: boolean;
            /** @description Why it was not applied, or would not be */
            refusal: components["schemas"]["RefusalView"] | null;
            counts: components["schemas"]["ImportCountsView"];
            /** @description Rows that were left out */
            badRows: components["schemas"]["RowNotesView"];
            /** @description Rows that are odd and were taken */
            warnings: components["schemas"]["RowNotesView"];
            changes: components["schemas"]["LectureChangesView"];
            /** @description Milliseconds of each phase */
            took: components["schemas"]["ImportTimesView"];
        };
        ImportView: {
            /** @example 5 */
            id: number;
            /** @example 2026-autumn */
            semester: string;
            /**
             * @description `null` until it is recognised
             * @example csv
             */
            format: string | null;
            dryRun: boolean;
            force: boolean;
            strict: boolean;
            /**
             * @description `refused`: it would lose too much, or the file is not right; `failed`: it did not come to its end
             * @enum {string}
             */
            state: "queued" | "running" | "done" | "refused" | "failed";
            /** @description Why it was refused or failed */
            reason: string | null;
            progress: components["schemas"]["ImportProgressView"];
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            finishedAt: string | null;
            /** @description `null` until it is there */
            report: components["schemas"]["ImportReportView"] | null;
        };
        ImportSummaryView: {
            /** @example 5 */
            id: number;
            /** @example 2026-autumn */
            semester: string;
            /**
             * @description `null` until it is recognised
             * @example csv
             */
            format: string | null;
            dryRun: boolean;
            force: boolean;
            strict: boolean;
            /**
             * @description `refused`: it would lose too much, or the file is not right; `failed`: it did not come to its end
             * @enum {string}
             */
            state: "queued" | "running" | "done" | "refused" | "failed";
            /** @description Why it was refused or failed */
            reason: string | null;
            progress: components["schemas"]["ImportProgressView"];
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            finishedAt: string | null;
        };
        ImportPage: {
            items: components["schemas"]["ImportSummaryView"][];
            /** @description Pass as `cursor` for the next page; `null` at the end */
            nextCursor: string | null;
        };
        AccountName: {
            /** @example 7 */
            id: number;
            /** @example 민수 */
            nickname: string;
        };
        FriendView: {
            account: components["schemas"]["AccountName"];
            /**
             * Format: date-time
             * @description When we became friends
             */
            since: string;
        };
        FriendPage: {
            items: components["schemas"]["FriendView"][];
            /** @description Pass as `cursor` for the next page; `null` at the end */
            nextCursor: string | null;
        };
        FriendRequestView: {
            /** @example 31 */
            id: number;
            /**
             * @description `incoming`: I was asked
             * @enum {string}
             */
            direction: "incoming" | "outgoing";
            /**
             * @description `accepted`: we are friends
             * @enum {string}
             */
            state: "pending" | "accepted";
            /**
             * @description Of the other one: who asks tells it
             * @example jiwoo
             */
            username: string;
            /** @description The other one; `null` until the one whom I asked accepts */
            account: components["schemas"]["AccountName"] | null;
            /** Format: date-time */
            createdAt: string;
        };
        FriendRequestPage: {
            items: components["schemas"]["FriendRequestView"][];
            /** @description Pass as `cursor` for the next page; `null` at the end */
            nextCursor: string | null;
        };
        FriendRequestBody: {
            /**
             * @description Of the one to ask; upper and lower case are the same name
             * @example jiwoo
             */
            username: string;
        };
        TextChangeView: {
            old: string | null;
            new: string | null;
        };
        TextsChangeView: {
            old: string[];
            new: string[];
        };
        NumberChangeView: {
            old: number | null;
            new: number | null;
        };
        FlagChangeView: {
            old: boolean;
            new: boolean;
        };
        MeetingsChangeView: {
            old: components["schemas"]["MeetingView"][];
            new: components["schemas"]["MeetingView"][];
        };
        EntryChangesView: {
            title: components["schemas"]["TextChangeView"] | null;
            professors: components["schemas"]["TextsChangeView"] | null;
            credits: components["schemas"]["NumberChangeView"] | null;
            creditsMax: components["schemas"]["NumberChangeView"] | null;
            place: components["schemas"]["TextChangeView"] | null;
            cancelled: components["schemas"]["FlagChangeView"] | null;
            meetings: components["schemas"]["MeetingsChangeView"] | null;
        };
        EntryView: {
            /** @example 71 */
            id: number;
            /** @enum {string} */
            kind: "lecture" | "custom";
            /** @description `null` on a custom entry */
            lecture: components["schemas"]["LectureView"] | null;
            /**
             * @description The owner's own title, else the lecture's
             * @example 자료구조
             */
            title: string;
            /**
             * @description Index into the colours of the theme
             * @example 0
             */
            color: number;
            /** @example null */
            memo: string | null;
            /** @description Shown to friends as busy */
            private: boolean;
            /** @example 3 */
            credits: number;
            /** @description None when it is untimed */
            meetings: components["schemas"]["MeetingView"][];
            /**
             * @description `changed`, `cancelled`, or `conflict` (changed, and clashes now) since the owner last acknowledged; else `ok`
             * @enum {string}
             */
            status: "ok" | "changed" | "cancelled" | "conflict";
            /** @description `null` when the lecture is as you have seen it: it is `ok`, or its old place is taken now */
            changes: components["schemas"]["EntryChangesView"] | null;
            /** @description Entries that a changed lecture clashes with */
            conflictsWith: number[];
        };
        NoticeView: {
            /**
             * Format: date-time
             * @description When the first of the changes came
             */
            since: string;
            /** @description Entries whose lecture has changed */
            changed: number;
            /** @description Entries whose lecture was cancelled */
            cancelled: number;
            /** @description Entries whose lecture has changed and clashes now */
            conflict: number;
        };
        TimetableView: {
            /** @example 5 */
            id: number;
            semester: components["schemas"]["SemesterView"];
            /** @example 시간표 1 */
            name: string;
            /** @description Each semester with timetables has exactly one */
            primary: boolean;
            /**
             * @description The part that friends see while it is the primary one
             * @enum {string}
             */
            visibility: "private" | "friends" | "busyOnly";
            /** @enum {string} */
            theme: "madang" | "pastel" | "vivid" | "forest" | "mono";
            /** @example 18 */
            totalCredits: number;
            /** @description The oldest first */
            entries: components["schemas"]["EntryView"][];
            /** @description Changes of the catalogue that you have not acknowledged yet */
            notice: components["schemas"]["NoticeView"] | null;
        };
        TimetablePage: {
            items: components["schemas"]["TimetableView"][];
            /** @description Pass as `cursor` for the next page; `null` at the end */
            nextCursor: string | null;
        };
        TimetableBody: {
            /** @example 2 */
            semesterId: number;
            /**
             * @description The first free `시간표 N`
             * @example 시간표 1
             */
            name?: string | null;
        };
        TimetableChanges: {
            name?: string;
            /**
             * @description The part that friends see while it is the primary one
             * @enum {string}
             */
            visibility?: "private" | "friends" | "busyOnly";
            /** @enum {string} */
            theme?: "madang" | "pastel" | "vivid" | "forest" | "mono";
            /**
             * @description Takes the place of the primary one; it is not given up otherwise
             * @enum {boolean}
             */
            primary?: true;
        };
        CustomEntryBody: {
            /** @example 동아리 연습 */
            title: string;
            credits?: number;
            /** @description None: it is untimed */
            meetings: components["schemas"]["MeetingBody"][];
        };
        EntryBody: {
            /**
             * @description A lecture of the semester
             * @example 345
             */
            lectureId?: number;
            /** @description Something of your own; instead of a lecture */
            custom?: components["schemas"]["CustomEntryBody"];
        };
        WarningView: {
            /**
             * @description `SAME_SUBJECT`: another section of the subject is in it already
             * @enum {string}
             */
            code: "SAME_SUBJECT";
            /** @description The entries that it is about */
            entries: number[];
        };
        AddedEntryView: {
            entry: components["schemas"]["EntryView"];
            /** @description The entries that `onConflict=replace` has removed */
            removed: components["schemas"]["EntryView"][];
            warnings: components["schemas"]["WarningView"][];
        };
        EntryEdits: {
            /** @description `null`: the lecture's; not on a custom entry */
            title?: string | null;
            /** @description Index into the colours of the theme */
            color?: number;
            memo?: string | null;
            /** @description Shown to friends as busy */
            private?: boolean;
            /** @description Of a custom entry only */
            credits?: number;
            /** @description Of a custom entry only */
            meetings?: components["schemas"]["MeetingBody"][];
        };
        LecturePage: {
            items: components["schemas"]["LectureView"][];
            /** @description Pass as `cursor` for the next page; `null` at the end */
            nextCursor: string | null;
        };
        PaintView: {
            /** @example #d5e4fe */
            fill: string;
            /**
             * @description Stands out from `fill` by 4.5 : 1 at least
             * @example #23417b
             */
            text: string;
        };
        ThemeColorView: {
            light: components["schemas"]["PaintView"];
            dark: components["schemas"]["PaintView"];
        };
        ThemeView: {
            /** @enum {string} */
            name: "madang" | "pastel" | "vivid" | "forest" | "mono";
            /** @description An entry's `color` is an index into them */
            colors: components["schemas"]["ThemeColorView"][];
        };
        ThemePage: {
            items: components["schemas"]["ThemeView"][];
            /** @description Pass as `cursor` for the next page; `null` at the end */
            nextCursor: string | null;
        };
        FeedView: {
            /**
             * Format: uri
             * @description Anybody with this address can read the calendar. It is shown only once.
             * @example https://madang.example/api/v1/calendars/Yk3gB0mQ1xXwq7c2yqv3Zw.ics
             */
            url: string;
            /** Format: date-time */
            createdAt: string;
        };
        BusyMeetingView: {
            /**
             * @description 0 = Monday … 6 = Sunday
             * @example 0
             */
            day: number;
            /**
             * @description Minutes since 00:00, local
             * @example 630
             */
            start: number;
            /** @example 720 */
            end: number;
            /**
             * @description The weeks of the semester in which it is held; `null` for every week
             * @example null
             */
            weeks: number[] | null;
        };
        BusyEntryView: {
            /** @enum {string} */
            kind: "busy";
            meetings: components["schemas"]["BusyMeetingView"][];
        };
        FriendTimetableView: {
            /** @example 5 */
            id: number;
            semester: components["schemas"]["SemesterView"];
            /** @description Each semester with timetables has exactly one */
            primary: boolean;
            /** @enum {string} */
            theme: "madang" | "pastel" | "vivid" | "forest" | "mono";
            /**
             * @description `null` in `busyOnly`
             * @example 시간표 1
             */
            name: string | null;
            /** @enum {string} */
            visibility: "friends" | "busyOnly";
            /**
             * @description Of the entries that are shown; `null` in `busyOnly`
             * @example 18
             */
            totalCredits: number | null;
            /** @description The entries that take place, the oldest first; `busy` for all with `busyOnly`, else for private ones */
            entries: (components["schemas"]["EntryView"] | components["schemas"]["BusyEntryView"])[];
            /** @description Is for the owner */
            notice: null;
        };
        FriendTimetablePage: {
            items: components["schemas"]["FriendTimetableView"][];
            /** @description Pass as `cursor` for the next page; `null` at the end */
            nextCursor: string | null;
        };
        IntervalView: {
            /**
             * @description 0 = Monday … 6 = Sunday
             * @example 2
             */
            day: number;
            /**
             * @description Minutes since 00:00, local
             * @example 720
             */
            start: number;
            /** @example 810 */
            end: number;
        };
        FreeTimeView: {
            /** @description By day and start */
            intervals: components["schemas"]["IntervalView"][];
            /**
             * @description Who has no primary timetable in the semester or shows it to nobody (I as well): they do not count
             * @example [
             *       15
             *     ]
             */
            unavailable: number[];
        };
        ConstraintsBody: {
            /** @description Days without anything, 0 = Monday */
            freeDays?: number[];
            /** @description Nothing begins before; minutes since 00:00 */
            earliest?: number;
            /** @description Nothing ends after; minutes since 00:00 */
            latest?: number;
            /** @description Of the picked and the kept entries */
            minCredits?: number;
            /** @description Of the picked and the kept entries */
            maxCredits?: number;
            /** @description Entries of this timetable that stay as they are */
            keep?: number[];
            /** @description All entries of this timetable stay as they are */
            keepEntries?: boolean;
        };
        WeightsBody: {
            /** @description For each day from Monday to Friday without anything; 5 by default */
            freeDays?: number;
            /** @description Against each hour between two lectures of a day; 1 by default */
            gaps?: number;
            /** @description Against each day without a break of an hour between 11:00 and 14:00; 2 by default */
            lunch?: number;
            /** @description Against each hour by which a day begins before 10:00; 1 by default */
            mornings?: number;
            /** @description Against each hour by which a day ends after 18:00; 1 by default */
            lateEnds?: number;
            /** @description Against each hour by which a day is longer than 6 hours; 1 by default */
            dayLength?: number;
        };
        SuggestionsBody: {
            /**
             * @description One lecture of each group is picked. A lecture in several groups is picked once at most
             * @example [
             *       [
             *         345,
             *         346
             *       ],
             *       [
             *         402
             *       ]
             *     ]
             */
            groups: number[][];
            /** @description Hard conditions */
            constraints?: components["schemas"]["ConstraintsBody"];
            /** @description How much each wish counts, 0 to 10 */
            weights?: components["schemas"]["WeightsBody"];
            /** @description How many suggestions, 20 by default */
            limit?: number;
        };
        ReasonView: {
            /** @enum {string} */
            code: "FREE_DAYS" | "GAPS" | "LUNCH" | "MORNINGS" | "LATE_ENDS" | "DAY_LENGTH";
            /**
             * @description Days, or hours
             * @example 2
             */
            value: number;
            /**
             * @description The value times its weight; negative for unwanted values
             * @example 10
             */
            points: number;
        };
        SuggestionView: {
            /**
             * @description The sum of the points, to a hundredth
             * @example 7.5
             */
            score: number;
            /**
             * @description One lecture of each group, in their order
             * @example [
             *       346,
             *       402
             *     ]
             */
            entries: number[];
            reasons: components["schemas"]["ReasonView"][];
        };
        ObstacleView: {
            /** @example 345 */
            lectureId: number;
            /**
             * @description `KEPT`: clashes with an entry that is kept; `ALREADY_KEPT`: is one
             * @enum {string}
             */
            code: "FREE_DAYS" | "EARLIEST" | "LATEST" | "KEPT" | "ALREADY_KEPT";
        };
        SuggestionConflictView: {
            /**
             * @description Indices of `groups`
             * @example [
             *       0,
             *       2
             *     ]
             */
            groups: number[];
            /**
             * @description `NO_CANDIDATE`: every lecture of that group has an obstacle; `CLASH`: these groups clash, whatever is picked of them; `CREDITS`: they fit, but not with these credits; `KEPT`: the kept entries break the constraints themselves
             * @enum {string}
             */
            code: "NO_CANDIDATE" | "CLASH" | "CREDITS" | "KEPT";
            /** @description With `NO_CANDIDATE`, one for each lecture of the group */
            obstacles: components["schemas"]["ObstacleView"][];
        };
        SuggestionsView: {
            /** @description The best first */
            items: components["schemas"]["SuggestionView"][];
            /** @description There was too much to look through: there may be better ones, or some at all */
            truncated: boolean;
            /** @description Why there are none */
            conflicts: components["schemas"]["SuggestionConflictView"][];
        };
        InputErrorView: {
            /**
             * @description Where: `#/tags/3` in the body (RFC 6901), `?limit` in the query
             * @example #/title
             */
            pointer: string;
            /**
             * @description A stable code for the fault
             * @example TOO_LONG
             */
            code: string;
            /** @example must have at most 100 characters */
            message: string;
        };
        ProblemDetails: {
            /** @example urn:madang:problem:POST_NOT_FOUND */
            type: string;
            /**
             * @description The situation in a sentence, by Accept-Language (en, ko)
             * @example There is no such post.
             */
            title: string;
            /** @example 404 */
            status: number;
            /**
             * @description Details of this case
             * @example There is no such post.
             */
            detail: string;
            /**
             * @description The path that was asked for, without its query
             * @example /api/v1/posts/7
             */
            instance: string;
            /**
             * @description Stable: branch on this
             * @example POST_NOT_FOUND
             */
            code: string;
            /**
             * @description Quote this when you report a fault; the logs hold it
             * @example 0af7651916cd43dd8448eb211c80319c
             */
            traceId: string;
            /** @description Each bad key of the input; empty otherwise */
            errors: components["schemas"]["InputErrorView"][];
        };
        Author: components["schemas"]["NamedAuthor"] | components["schemas"]["AnonymousAuthor"] | components["schemas"]["DeletedAuthor"];
    };
    responses: {
        /** @description `ACCESS_NOT_HELD` You can only set access that you hold yourself. */
        AccessNotHeld: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "ACCESS_NOT_HELD";
                    /** @constant */
                    status: 403;
                };
            };
        };
        /** @description `ACCESS_NOT_HELD` You can only set access that you hold yourself.<br>`NOT_BOARD_OWNER` Only the owner of the board may do this. */
        AccessNotHeldOrNotBoardOwner: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "ACCESS_NOT_HELD" | "NOT_BOARD_OWNER";
                    /** @constant */
                    status: 403;
                };
            };
        };
        /** @description `ACCESS_ONLY_TIGHTENED` Something was written here: access can only be tightened.<br>`SLUG_TAKEN` This slug is taken. */
        AccessOnlyTightenedOrSlugTaken: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "ACCESS_ONLY_TIGHTENED" | "SLUG_TAKEN";
                    /** @constant */
                    status: 409;
                };
            };
        };
        /** @description `ACCOUNT_NOT_FOUND` There is no such account. */
        AccountNotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "ACCOUNT_NOT_FOUND";
                    /** @constant */
                    status: 404;
                };
            };
        };
        /** @description `ADMINS_ONLY` Only administrators may do this. */
        AdminsOnly: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "ADMINS_ONLY";
                    /** @constant */
                    status: 403;
                };
            };
        };
        /** @description `ALREADY_FRIENDS` You are friends already.<br>`FRIEND_IS_SELF` You cannot be your own friend.<br>`FRIEND_REQUEST_EXISTS` You have asked already.<br>`IDEMPOTENCY_KEY_IN_USE` The first request with this key is still running.<br>`TOO_MANY_FRIENDS` One of you has as many friends as anybody can have.<br>`TOO_MANY_FRIEND_REQUESTS` Too many of your requests wait for an answer. */
        AlreadyFriendsOrFriendIsSelfOrFriendRequestExistsOrIdempotencyKeyInUseOrTooManyFriendsOrTooManyFriendRequests: {
            headers: {
                /** @description Seconds; with `IDEMPOTENCY_KEY_IN_USE` */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "ALREADY_FRIENDS" | "FRIEND_IS_SELF" | "FRIEND_REQUEST_EXISTS" | "IDEMPOTENCY_KEY_IN_USE" | "TOO_MANY_FRIENDS" | "TOO_MANY_FRIEND_REQUESTS";
                    /** @constant */
                    status: 409;
                };
            };
        };
        /** @description `ANONYMITY_NOT_ALLOWED` One writes by name in this board.<br>`MEMBERS_ONLY` Only members may read this board: log in.<br>`STAFF_ONLY` Only staff may write here.<br>`VERIFICATION_REQUIRED` This board is for verified students. */
        AnonymityNotAllowedOrMembersOnlyOrStaffOnlyOrVerificationRequired: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "ANONYMITY_NOT_ALLOWED" | "MEMBERS_ONLY" | "STAFF_ONLY" | "VERIFICATION_REQUIRED";
                    /** @constant */
                    status: 403;
                };
            };
        };
        /** @description `BOARD_ARCHIVED` The board is archived: nothing new is written in it.<br>`IDEMPOTENCY_KEY_IN_USE` The first request with this key is still running. */
        BoardArchivedOrIdempotencyKeyInUse: {
            headers: {
                /** @description Seconds; with `IDEMPOTENCY_KEY_IN_USE` */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "BOARD_ARCHIVED" | "IDEMPOTENCY_KEY_IN_USE";
                    /** @constant */
                    status: 409;
                };
            };
        };
        /** @description `BOARD_NOT_FOUND` There is no such board. */
        BoardNotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "BOARD_NOT_FOUND";
                    /** @constant */
                    status: 404;
                };
            };
        };
        /** @description `BODY_TOO_LARGE` The body is too large. */
        BodyTooLarge: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "BODY_TOO_LARGE";
                    /** @constant */
                    status: 413;
                };
            };
        };
        /** @description `CALENDAR_NOT_FOUND` There is no calendar at this address, or no longer. */
        CalendarNotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "CALENDAR_NOT_FOUND";
                    /** @constant */
                    status: 404;
                };
            };
        };
        /** @description `CATALOGUE_IS_READ_ONLY` The catalogue's own cannot be changed here.<br>`NOT_ITS_MAKER` Only the member who registered it may do this. */
        CatalogueIsReadOnlyOrNotItsMaker: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "CATALOGUE_IS_READ_ONLY" | "NOT_ITS_MAKER";
                    /** @constant */
                    status: 403;
                };
            };
        };
        /** @description `COMMENT_DELETED` This comment was deleted.<br>`IDEMPOTENCY_RESULT_DELETED` The first request with this key made something that has been deleted.<br>`POST_DELETED` This post was deleted. */
        CommentDeletedOrIdempotencyResultDeletedOrPostDeleted: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "COMMENT_DELETED" | "IDEMPOTENCY_RESULT_DELETED" | "POST_DELETED";
                    /** @constant */
                    status: 410;
                };
            };
        };
        /** @description `COMMENT_DELETED` This comment was deleted.<br>`POST_DELETED` This post was deleted. */
        CommentDeletedOrPostDeleted: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "COMMENT_DELETED" | "POST_DELETED";
                    /** @constant */
                    status: 410;
                };
            };
        };
        /** @description `COMMENT_HIDDEN` This comment is hidden for now. */
        CommentHidden: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "COMMENT_HIDDEN";
                    /** @constant */
                    status: 409;
                };
            };
        };
        /** @description `COMMENT_NOT_FOUND` There is no such comment. */
        CommentNotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "COMMENT_NOT_FOUND";
                    /** @constant */
                    status: 404;
                };
            };
        };
        /** @description `EDIT_CONFLICT` It was changed meanwhile: read it again. */
        EditConflict: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "EDIT_CONFLICT";
                    /** @constant */
                    status: 412;
                };
            };
        };
        /** @description `ENTRY_NOT_FOUND` There is no such entry in this timetable.<br>`LECTURE_NOT_FOUND` There is no such lecture.<br>`TIMETABLE_NOT_FOUND` There is no such timetable. */
        EntryNotFoundOrLectureNotFoundOrTimetableNotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "ENTRY_NOT_FOUND" | "LECTURE_NOT_FOUND" | "TIMETABLE_NOT_FOUND";
                    /** @constant */
                    status: 404;
                };
            };
        };
        /** @description `ENTRY_NOT_FOUND` There is no such entry in this timetable.<br>`TIMETABLE_NOT_FOUND` There is no such timetable. */
        EntryNotFoundOrTimetableNotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "ENTRY_NOT_FOUND" | "TIMETABLE_NOT_FOUND";
                    /** @constant */
                    status: 404;
                };
            };
        };
        /** @description `FILTERS_DO_NOT_COMBINE` These filters do not combine.<br>`INVALID_CURSOR` The cursor does not belong to this list.<br>`INVALID_ID` An id is a whole number from 1 up.<br>`INVALID_INPUT` The input is not valid.<br>`MALFORMED_REQUEST` The request is malformed. */
        FiltersDoNotCombineOrInvalidCursorOrInvalidIdOrInvalidInputOrMalformedRequest: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "FILTERS_DO_NOT_COMBINE" | "INVALID_CURSOR" | "INVALID_ID" | "INVALID_INPUT" | "MALFORMED_REQUEST";
                    /** @constant */
                    status: 400;
                };
            };
        };
        /** @description `FILTERS_DO_NOT_COMBINE` These filters do not combine.<br>`INVALID_CURSOR` The cursor does not belong to this list.<br>`INVALID_INPUT` The input is not valid.<br>`MALFORMED_REQUEST` The request is malformed. */
        FiltersDoNotCombineOrInvalidCursorOrInvalidInputOrMalformedRequest: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "FILTERS_DO_NOT_COMBINE" | "INVALID_CURSOR" | "INVALID_INPUT" | "MALFORMED_REQUEST";
                    /** @constant */
                    status: 400;
                };
            };
        };
        /** @description `FRIEND_NOT_FOUND` You have no such friend. */
        FriendNotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "FRIEND_NOT_FOUND";
                    /** @constant */
                    status: 404;
                };
            };
        };
        /** @description `FRIEND_NOT_FOUND` You have no such friend.<br>`SEMESTER_NOT_FOUND` There is no such semester. */
        FriendNotFoundOrSemesterNotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "FRIEND_NOT_FOUND" | "SEMESTER_NOT_FOUND";
                    /** @constant */
                    status: 404;
                };
            };
        };
        /** @description `FRIEND_REQUEST_NOT_FOUND` There is no such friend request. */
        FriendRequestNotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "FRIEND_REQUEST_NOT_FOUND";
                    /** @constant */
                    status: 404;
                };
            };
        };
        /** @description `IDEMPOTENCY_KEY_IN_USE` The first request with this key is still running. */
        IdempotencyKeyInUse: {
            headers: {
                /** @description Seconds; with `IDEMPOTENCY_KEY_IN_USE` */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "IDEMPOTENCY_KEY_IN_USE";
                    /** @constant */
                    status: 409;
                };
            };
        };
        /** @description `IDEMPOTENCY_KEY_IN_USE` The first request with this key is still running.<br>`LECTURE_ALREADY_ADDED` This lecture is in the timetable already.<br>`LECTURE_CANCELLED` This lecture was cancelled.<br>`LECTURE_OF_OTHER_SEMESTER` This lecture belongs to another semester.<br>`TIMETABLE_CONFLICT` It clashes with entries of the timetable: see `conflicts`.<br>`TOO_MANY_ENTRIES` A timetable has no room for more entries. */
        IdempotencyKeyInUseOrLectureAlreadyAddedOrLectureCancelledOrLectureOfOtherSemesterOrTimetableConflictOrTooManyEntries: {
            headers: {
                /** @description Seconds; with `IDEMPOTENCY_KEY_IN_USE` */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": (components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "IDEMPOTENCY_KEY_IN_USE" | "LECTURE_ALREADY_ADDED" | "LECTURE_CANCELLED" | "LECTURE_OF_OTHER_SEMESTER" | "TOO_MANY_ENTRIES";
                    /** @constant */
                    status: 409;
                }) | (components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "TIMETABLE_CONFLICT";
                    /** @constant */
                    status: 409;
                    conflicts: components["schemas"]["EntryView"][];
                });
            };
        };
        /** @description `IDEMPOTENCY_KEY_IN_USE` The first request with this key is still running.<br>`LECTURE_EXISTS` You have registered this section of the subject already.<br>`TOO_MANY_LECTURES` You have registered as many lectures as an account may. */
        IdempotencyKeyInUseOrLectureExistsOrTooManyLectures: {
            headers: {
                /** @description Seconds; with `IDEMPOTENCY_KEY_IN_USE` */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "IDEMPOTENCY_KEY_IN_USE" | "LECTURE_EXISTS" | "TOO_MANY_LECTURES";
                    /** @constant */
                    status: 409;
                };
            };
        };
        /** @description `IDEMPOTENCY_KEY_IN_USE` The first request with this key is still running.<br>`PASSWORD_CHANGED` The account is registered and its password has been changed since: log in.<br>`USERNAME_TAKEN` This username is taken. */
        IdempotencyKeyInUseOrPasswordChangedOrUsernameTaken: {
            headers: {
                /** @description Seconds; with `IDEMPOTENCY_KEY_IN_USE` */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "IDEMPOTENCY_KEY_IN_USE" | "PASSWORD_CHANGED" | "USERNAME_TAKEN";
                    /** @constant */
                    status: 409;
                };
            };
        };
        /** @description `IDEMPOTENCY_KEY_IN_USE` The first request with this key is still running.<br>`SEMESTER_EXISTS` This semester is there already. */
        IdempotencyKeyInUseOrSemesterExists: {
            headers: {
                /** @description Seconds; with `IDEMPOTENCY_KEY_IN_USE` */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "IDEMPOTENCY_KEY_IN_USE" | "SEMESTER_EXISTS";
                    /** @constant */
                    status: 409;
                };
            };
        };
        /** @description `IDEMPOTENCY_KEY_IN_USE` The first request with this key is still running.<br>`SLUG_TAKEN` This slug is taken.<br>`TOO_MANY_BOARDS` You have as many boards as an account may have. */
        IdempotencyKeyInUseOrSlugTakenOrTooManyBoards: {
            headers: {
                /** @description Seconds; with `IDEMPOTENCY_KEY_IN_USE` */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "IDEMPOTENCY_KEY_IN_USE" | "SLUG_TAKEN" | "TOO_MANY_BOARDS";
                    /** @constant */
                    status: 409;
                };
            };
        };
        /** @description `IDEMPOTENCY_KEY_IN_USE` The first request with this key is still running.<br>`SUBJECT_EXISTS` A subject with this code is there already.<br>`TOO_MANY_SUBJECTS` You have registered as many subjects as an account may. */
        IdempotencyKeyInUseOrSubjectExistsOrTooManySubjects: {
            headers: {
                /** @description Seconds; with `IDEMPOTENCY_KEY_IN_USE` */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "IDEMPOTENCY_KEY_IN_USE" | "SUBJECT_EXISTS" | "TOO_MANY_SUBJECTS";
                    /** @constant */
                    status: 409;
                };
            };
        };
        /** @description `IDEMPOTENCY_KEY_IN_USE` The first request with this key is still running.<br>`TIMETABLE_NAME_TAKEN` You have a timetable of this name in the semester.<br>`TOO_MANY_TIMETABLES` You have as many timetables in this semester as one may have. */
        IdempotencyKeyInUseOrTimetableNameTakenOrTooManyTimetables: {
            headers: {
                /** @description Seconds; with `IDEMPOTENCY_KEY_IN_USE` */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "IDEMPOTENCY_KEY_IN_USE" | "TIMETABLE_NAME_TAKEN" | "TOO_MANY_TIMETABLES";
                    /** @constant */
                    status: 409;
                };
            };
        };
        /** @description `IDEMPOTENCY_KEY_IN_USE` The first request with this key is still running.<br>`TOO_MANY_FRIENDS` One of you has as many friends as anybody can have. */
        IdempotencyKeyInUseOrTooManyFriends: {
            headers: {
                /** @description Seconds; with `IDEMPOTENCY_KEY_IN_USE` */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "IDEMPOTENCY_KEY_IN_USE" | "TOO_MANY_FRIENDS";
                    /** @constant */
                    status: 409;
                };
            };
        };
        /** @description `IDEMPOTENCY_KEY_IN_USE` The first request with this key is still running.<br>`TOO_MANY_IMPORTS` Too many imports are under way: wait for one to end. */
        IdempotencyKeyInUseOrTooManyImports: {
            headers: {
                /** @description Seconds; with `IDEMPOTENCY_KEY_IN_USE` */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "IDEMPOTENCY_KEY_IN_USE" | "TOO_MANY_IMPORTS";
                    /** @constant */
                    status: 409;
                };
            };
        };
        /** @description `IDEMPOTENCY_KEY_IN_USE` The first request with this key is still running.<br>`TOO_MANY_TIMETABLES` You have as many timetables in this semester as one may have. */
        IdempotencyKeyInUseOrTooManyTimetables: {
            headers: {
                /** @description Seconds; with `IDEMPOTENCY_KEY_IN_USE` */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "IDEMPOTENCY_KEY_IN_USE" | "TOO_MANY_TIMETABLES";
                    /** @constant */
                    status: 409;
                };
            };
        };
        /** @description `IDEMPOTENCY_KEY_REUSED` This key was used with another body. */
        IdempotencyKeyReused: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "IDEMPOTENCY_KEY_REUSED";
                    /** @constant */
                    status: 422;
                };
            };
        };
        /** @description `IDEMPOTENCY_RESULT_DELETED` The first request with this key made something that has been deleted. */
        IdempotencyResultDeleted: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "IDEMPOTENCY_RESULT_DELETED";
                    /** @constant */
                    status: 410;
                };
            };
        };
        /** @description `IMPORT_NOT_FOUND` There is no such import. */
        ImportNotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "IMPORT_NOT_FOUND";
                    /** @constant */
                    status: 404;
                };
            };
        };
        /** @description `INSUFFICIENT_STORAGE` The server has no room left to store this. */
        InsufficientStorage: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "INSUFFICIENT_STORAGE";
                    /** @constant */
                    status: 507;
                };
            };
        };
        /** @description `INTERNAL_ERROR` Something went wrong here. */
        InternalError: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "INTERNAL_ERROR";
                    /** @constant */
                    status: 500;
                };
            };
        };
        /** @description `INVALID_CURSOR` The cursor does not belong to this list.<br>`INVALID_ID` An id is a whole number from 1 up.<br>`INVALID_INPUT` The input is not valid.<br>`MALFORMED_REQUEST` The request is malformed. */
        InvalidCursorOrInvalidIdOrInvalidInputOrMalformedRequest: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "INVALID_CURSOR" | "INVALID_ID" | "INVALID_INPUT" | "MALFORMED_REQUEST";
                    /** @constant */
                    status: 400;
                };
            };
        };
        /** @description `INVALID_CURSOR` The cursor does not belong to this list.<br>`INVALID_INPUT` The input is not valid.<br>`MALFORMED_REQUEST` The request is malformed. */
        InvalidCursorOrInvalidInputOrMalformedRequest: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "INVALID_CURSOR" | "INVALID_INPUT" | "MALFORMED_REQUEST";
                    /** @constant */
                    status: 400;
                };
            };
        };
        /** @description `INVALID_ID` An id is a whole number from 1 up.<br>`INVALID_INPUT` The input is not valid.<br>`MALFORMED_REQUEST` The request is malformed. */
        InvalidIdOrInvalidInputOrMalformedRequest: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "INVALID_ID" | "INVALID_INPUT" | "MALFORMED_REQUEST";
                    /** @constant */
                    status: 400;
                };
            };
        };
        /** @description `INVALID_INPUT` The input is not valid.<br>`MALFORMED_REQUEST` The request is malformed. */
        InvalidInputOrMalformedRequest: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "INVALID_INPUT" | "MALFORMED_REQUEST";
                    /** @constant */
                    status: 400;
                };
            };
        };
        /** @description `INVALID_INPUT` The input is not valid.<br>`MALFORMED_REQUEST` The request is malformed.<br>`REFRESH_COOKIE_TWICE` The refresh cookie came more than once: log in again. */
        InvalidInputOrMalformedRequestOrRefreshCookieTwice: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "INVALID_INPUT" | "MALFORMED_REQUEST" | "REFRESH_COOKIE_TWICE";
                    /** @constant */
                    status: 400;
                };
            };
        };
        /** @description `INVALID_INPUT` The input is not valid.<br>`MALFORMED_REQUEST` The request is malformed.<br>`SCHOOL_DOMAIN_NOT_ALLOWED` This is not an address of the school. */
        InvalidInputOrMalformedRequestOrSchoolDomainNotAllowed: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "INVALID_INPUT" | "MALFORMED_REQUEST" | "SCHOOL_DOMAIN_NOT_ALLOWED";
                    /** @constant */
                    status: 400;
                };
            };
        };
        /** @description `INVALID_INPUT` The input is not valid.<br>`MALFORMED_REQUEST` The request is malformed.<br>`WRONG_CODE` The code is wrong, used or too old. */
        InvalidInputOrMalformedRequestOrWrongCode: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "INVALID_INPUT" | "MALFORMED_REQUEST" | "WRONG_CODE";
                    /** @constant */
                    status: 400;
                };
            };
        };
        /** @description `LAST_ADMIN_CANNOT_LEAVE` The last admin cannot leave. */
        LastAdminCannotLeave: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "LAST_ADMIN_CANNOT_LEAVE";
                    /** @constant */
                    status: 409;
                };
            };
        };
        /** @description `LECTURE_CANCELLED` This lecture was cancelled.<br>`LECTURE_OF_OTHER_SEMESTER` This lecture belongs to another semester. */
        LectureCancelledOrLectureOfOtherSemester: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "LECTURE_CANCELLED" | "LECTURE_OF_OTHER_SEMESTER";
                    /** @constant */
                    status: 409;
                };
            };
        };
        /** @description `LECTURE_EXISTS` You have registered this section of the subject already.<br>`LECTURE_IN_USE` Others have this lecture in a timetable. */
        LectureExistsOrLectureInUse: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "LECTURE_EXISTS" | "LECTURE_IN_USE";
                    /** @constant */
                    status: 409;
                };
            };
        };
        /** @description `LECTURE_IN_USE` Others have this lecture in a timetable. */
        LectureInUse: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "LECTURE_IN_USE";
                    /** @constant */
                    status: 409;
                };
            };
        };
        /** @description `LECTURE_NOT_FOUND` There is no such lecture. */
        LectureNotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "LECTURE_NOT_FOUND";
                    /** @constant */
                    status: 404;
                };
            };
        };
        /** @description `LECTURE_NOT_FOUND` There is no such lecture.<br>`TIMETABLE_NOT_FOUND` There is no such timetable. */
        LectureNotFoundOrTimetableNotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "LECTURE_NOT_FOUND" | "TIMETABLE_NOT_FOUND";
                    /** @constant */
                    status: 404;
                };
            };
        };
        /** @description `MEMBERS_ONLY` Only members may read this board: log in.<br>`NOT_COMMENT_AUTHOR` Only the author of the comment may do this.<br>`VERIFICATION_REQUIRED` This board is for verified students. */
        MembersOnlyOrNotCommentAuthorOrVerificationRequired: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "MEMBERS_ONLY" | "NOT_COMMENT_AUTHOR" | "VERIFICATION_REQUIRED";
                    /** @constant */
                    status: 403;
                };
            };
        };
        /** @description `MEMBERS_ONLY` Only members may read this board: log in.<br>`NOT_POST_AUTHOR` Only the author of the post may do this.<br>`VERIFICATION_REQUIRED` This board is for verified students. */
        MembersOnlyOrNotPostAuthorOrVerificationRequired: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "MEMBERS_ONLY" | "NOT_POST_AUTHOR" | "VERIFICATION_REQUIRED";
                    /** @constant */
                    status: 403;
                };
            };
        };
        /** @description `MEMBERS_ONLY` Only members may read this board: log in.<br>`OWN_COMMENT` You cannot like your own comment.<br>`VERIFICATION_REQUIRED` This board is for verified students. */
        MembersOnlyOrOwnCommentOrVerificationRequired: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "MEMBERS_ONLY" | "OWN_COMMENT" | "VERIFICATION_REQUIRED";
                    /** @constant */
                    status: 403;
                };
            };
        };
        /** @description `MEMBERS_ONLY` Only members may read this board: log in.<br>`OWN_POST` You cannot like your own post.<br>`VERIFICATION_REQUIRED` This board is for verified students. */
        MembersOnlyOrOwnPostOrVerificationRequired: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "MEMBERS_ONLY" | "OWN_POST" | "VERIFICATION_REQUIRED";
                    /** @constant */
                    status: 403;
                };
            };
        };
        /** @description `MEMBERS_ONLY` Only members may read this board: log in.<br>`VERIFICATION_REQUIRED` This board is for verified students. */
        MembersOnlyOrVerificationRequired: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "MEMBERS_ONLY" | "VERIFICATION_REQUIRED";
                    /** @constant */
                    status: 403;
                };
            };
        };
        /** @description `NOT_BOARD_OWNER` Only the owner of the board may do this. */
        NotBoardOwner: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "NOT_BOARD_OWNER";
                    /** @constant */
                    status: 403;
                };
            };
        };
        /** @description `NOT_READY` This instance takes no requests now.<br>`OVERLOADED` Too much is asked right now: try again in a moment.<br>`UNAVAILABLE` The service is not available right now. */
        NotReadyOrOverloadedOrUnavailable: {
            headers: {
                /** @description Seconds until the next try */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "NOT_READY" | "OVERLOADED" | "UNAVAILABLE";
                    /** @constant */
                    status: 503;
                };
            };
        };
        /** @description `ORIGIN_NOT_ALLOWED` The cookie cannot be used from this origin. */
        OriginNotAllowed: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "ORIGIN_NOT_ALLOWED";
                    /** @constant */
                    status: 403;
                };
            };
        };
        /** @description `OVERLOADED` Too much is asked right now: try again in a moment.<br>`SEARCH_BUSY` Too many searches at once: try again in a moment.<br>`UNAVAILABLE` The service is not available right now. */
        OverloadedOrSearchBusyOrUnavailable: {
            headers: {
                /** @description Seconds until the next try */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "OVERLOADED" | "SEARCH_BUSY" | "UNAVAILABLE";
                    /** @constant */
                    status: 503;
                };
            };
        };
        /** @description `OVERLOADED` Too much is asked right now: try again in a moment.<br>`UNAVAILABLE` The service is not available right now. */
        OverloadedOrUnavailable: {
            headers: {
                /** @description Seconds until the next try */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "OVERLOADED" | "UNAVAILABLE";
                    /** @constant */
                    status: 503;
                };
            };
        };
        /** @description `OVERLOADED` Too much is asked right now: try again in a moment.<br>`UNAVAILABLE` The service is not available right now.<br>`UPLOADS_UNAVAILABLE` The server cannot store files right now. */
        OverloadedOrUnavailableOrUploadsUnavailable: {
            headers: {
                /** @description Seconds until the next try */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "OVERLOADED" | "UNAVAILABLE" | "UPLOADS_UNAVAILABLE";
                    /** @constant */
                    status: 503;
                };
            };
        };
        /** @description `PARENT_NOT_IN_THREAD` The comment to reply to is not in this thread.<br>`POST_NOT_FOUND` There is no such post. */
        ParentNotInThreadOrPostNotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "PARENT_NOT_IN_THREAD" | "POST_NOT_FOUND";
                    /** @constant */
                    status: 404;
                };
            };
        };
        /** @description `POST_DELETED` This post was deleted. */
        PostDeleted: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "POST_DELETED";
                    /** @constant */
                    status: 410;
                };
            };
        };
        /** @description `POST_HIDDEN` This post is hidden for now. */
        PostHidden: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "POST_HIDDEN";
                    /** @constant */
                    status: 409;
                };
            };
        };
        /** @description `POST_NOT_FOUND` There is no such post. */
        PostNotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "POST_NOT_FOUND";
                    /** @constant */
                    status: 404;
                };
            };
        };
        /** @description `REFRESH_TOKEN_INVALID` The refresh token is not valid: log in again. */
        RefreshTokenInvalid: {
            headers: {
                /** @description `Bearer` */
                "WWW-Authenticate"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "REFRESH_TOKEN_INVALID";
                    /** @constant */
                    status: 401;
                };
            };
        };
        /** @description `SEMESTER_NOT_FOUND` There is no such semester. */
        SemesterNotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "SEMESTER_NOT_FOUND";
                    /** @constant */
                    status: 404;
                };
            };
        };
        /** @description `SEMESTER_NOT_FOUND` There is no such semester.<br>`SUBJECT_NOT_FOUND` There is no such subject. */
        SemesterNotFoundOrSubjectNotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "SEMESTER_NOT_FOUND" | "SUBJECT_NOT_FOUND";
                    /** @constant */
                    status: 404;
                };
            };
        };
        /** @description `SEMESTER_NOT_FOUND` There is no such semester.<br>`TIMETABLE_NOT_FOUND` There is no such timetable. */
        SemesterNotFoundOrTimetableNotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "SEMESTER_NOT_FOUND" | "TIMETABLE_NOT_FOUND";
                    /** @constant */
                    status: 404;
                };
            };
        };
        /** @description `SESSION_ENDED` This session has ended: log in again.<br>`TOKEN_EXPIRED` The access token has expired: refresh it.<br>`TOKEN_INVALID` The access token is not valid. */
        SessionEndedOrTokenExpiredOrTokenInvalid: {
            headers: {
                /** @description `Bearer` */
                "WWW-Authenticate"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "SESSION_ENDED" | "TOKEN_EXPIRED" | "TOKEN_INVALID";
                    /** @constant */
                    status: 401;
                };
            };
        };
        /** @description `SESSION_ENDED` This session has ended: log in again.<br>`TOKEN_EXPIRED` The access token has expired: refresh it.<br>`TOKEN_INVALID` The access token is not valid.<br>`TOKEN_MISSING` Log in first. */
        SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing: {
            headers: {
                /** @description `Bearer` */
                "WWW-Authenticate"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "SESSION_ENDED" | "TOKEN_EXPIRED" | "TOKEN_INVALID" | "TOKEN_MISSING";
                    /** @constant */
                    status: 401;
                };
            };
        };
        /** @description `SESSION_NOT_FOUND` You have no such session. */
        SessionNotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "SESSION_NOT_FOUND";
                    /** @constant */
                    status: 404;
                };
            };
        };
        /** @description `SUBJECT_EXISTS` A subject with this code is there already.<br>`SUBJECT_IN_USE` Others use this subject. */
        SubjectExistsOrSubjectInUse: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "SUBJECT_EXISTS" | "SUBJECT_IN_USE";
                    /** @constant */
                    status: 409;
                };
            };
        };
        /** @description `SUBJECT_IN_USE` Others use this subject. */
        SubjectInUse: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "SUBJECT_IN_USE";
                    /** @constant */
                    status: 409;
                };
            };
        };
        /** @description `SUBJECT_NOT_FOUND` There is no such subject. */
        SubjectNotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "SUBJECT_NOT_FOUND";
                    /** @constant */
                    status: 404;
                };
            };
        };
        /** @description `TAG_NOT_FOUND` No post has this tag. */
        TagNotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "TAG_NOT_FOUND";
                    /** @constant */
                    status: 404;
                };
            };
        };
        /** @description `TIMETABLE_CONFLICT` It clashes with entries of the timetable: see `conflicts`. */
        TimetableConflict: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "TIMETABLE_CONFLICT";
                    /** @constant */
                    status: 409;
                    conflicts: components["schemas"]["EntryView"][];
                };
            };
        };
        /** @description `TIMETABLE_NAME_TAKEN` You have a timetable of this name in the semester. */
        TimetableNameTaken: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "TIMETABLE_NAME_TAKEN";
                    /** @constant */
                    status: 409;
                };
            };
        };
        /** @description `TIMETABLE_NOT_FOUND` There is no such timetable. */
        TimetableNotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "TIMETABLE_NOT_FOUND";
                    /** @constant */
                    status: 404;
                };
            };
        };
        /** @description `TOKEN_MISSING` Log in first. */
        TokenMissing: {
            headers: {
                /** @description `Bearer` */
                "WWW-Authenticate"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "TOKEN_MISSING";
                    /** @constant */
                    status: 401;
                };
            };
        };
        /** @description `TOO_MANY_REQUESTS` Too many requests: wait a little. */
        TooManyRequests: {
            headers: {
                /** @description Seconds until the next try */
                "Retry-After"?: number;
                /** @description The limit, as in `"post";q=1;w=15` */
                "RateLimit-Policy"?: string;
                /** @description The rest of it, as in `"post";r=0;t=12` */
                RateLimit?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "TOO_MANY_REQUESTS";
                    /** @constant */
                    status: 429;
                };
            };
        };
        /** @description `UNSUPPORTED_MEDIA_TYPE` Send JSON (application/json). */
        UnsupportedMediaType: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "UNSUPPORTED_MEDIA_TYPE";
                    /** @constant */
                    status: 415;
                };
            };
        };
        /** @description `WRONG_CREDENTIALS` The username or the password is not right. */
        WrongCredentials: {
            headers: {
                /** @description `Bearer` */
                "WWW-Authenticate"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "WRONG_CREDENTIALS";
                    /** @constant */
                    status: 401;
                };
            };
        };
        /** @description `WRONG_PASSWORD` The password is not right. */
        WrongPassword: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemDetails"] & {
                    /** @enum {string} */
                    code: "WRONG_PASSWORD";
                    /** @constant */
                    status: 403;
                };
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    health_live: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of your copy: 304 without a body if nothing has changed */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HealthView"];
                };
            };
            /** @description You have the present answer */
            304: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidInputOrMalformedRequest"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
        };
    };
    health_ready: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of your copy: 304 without a body if nothing has changed */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HealthView"];
                };
            };
            /** @description You have the present answer */
            304: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidInputOrMalformedRequest"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["NotReadyOrOverloadedOrUnavailable"];
        };
    };
    auth_register: {
        parameters: {
            query?: never;
            header?: {
                /** @description A retry with the same key and body gets the first answer again, for 24 h */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RegisterBody"];
            };
        };
        responses: {
            /** @description Success */
            201: {
                headers: {
                    /** @description This is the first answer again */
                    "Idempotency-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoginView"];
                };
            };
            400: components["responses"]["InvalidInputOrMalformedRequest"];
            409: components["responses"]["IdempotencyKeyInUseOrPasswordChangedOrUsernameTaken"];
            410: components["responses"]["IdempotencyResultDeleted"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    auth_login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LoginBody"];
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoginView"];
                };
            };
            400: components["responses"]["InvalidInputOrMalformedRequest"];
            401: components["responses"]["WrongCredentials"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    auth_refresh: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RefreshBody"];
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenPairView"];
                };
            };
            400: components["responses"]["InvalidInputOrMalformedRequestOrRefreshCookieTwice"];
            401: components["responses"]["RefreshTokenInvalid"];
            403: components["responses"]["OriginNotAllowed"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    auth_logout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RefreshBody"];
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidInputOrMalformedRequestOrRefreshCookieTwice"];
            401: components["responses"]["TokenMissing"];
            403: components["responses"]["OriginNotAllowed"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    auth_logoutAll: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    auth_listSessions: {
        parameters: {
            query?: {
                /** @description Items a page, 20 by default */
                limit?: number;
                /** @description `nextCursor` of the page before */
                cursor?: string;
            };
            header?: {
                /** @description The `ETag` of your copy: 304 without a body if nothing has changed */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionPage"];
                };
            };
            /** @description You have the present answer */
            304: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidCursorOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
        };
    };
    auth_endSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            404: components["responses"]["SessionNotFound"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    auth_askForReset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordResetBody"];
            };
        };
        responses: {
            /** @description Success */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidInputOrMalformedRequest"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    auth_reset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordResetConfirmBody"];
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidInputOrMalformedRequestOrWrongCode"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    accounts_me: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of your copy: 304 without a body if nothing has changed */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountView"];
                };
            };
            /** @description You have the present answer */
            304: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
        };
    };
    accounts_leave: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LeaveBody"];
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            403: components["responses"]["WrongPassword"];
            409: components["responses"]["LastAdminCannotLeave"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    accounts_change: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the version that you read: change only this one */
                "If-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["AccountChanges"];
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountView"];
                };
            };
            400: components["responses"]["InvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            412: components["responses"]["EditConflict"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    accounts_export: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of your copy: 304 without a body if nothing has changed */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExportView"];
                };
            };
            /** @description You have the present answer */
            304: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
        };
    };
    accounts_setEmail: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EmailBody"];
            };
        };
        responses: {
            /** @description Success */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            403: components["responses"]["WrongPassword"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    accounts_confirmEmail: {
        parameters: {
            query?: never;
            header?: {
                /** @description A retry with the same key and body gets the first answer again, for 24 h */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CodeBody"];
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description This is the first answer again */
                    "Idempotency-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountView"];
                };
            };
            400: components["responses"]["InvalidInputOrMalformedRequestOrWrongCode"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            409: components["responses"]["IdempotencyKeyInUse"];
            410: components["responses"]["IdempotencyResultDeleted"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    accounts_changePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordBody"];
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenPairView"];
                };
            };
            400: components["responses"]["InvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            403: components["responses"]["WrongPassword"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    accounts_askToVerify: {
        parameters: {
            query?: never;
            header?: {
                /** @description A retry with the same key and body gets the first answer again, for 24 h */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SchoolEmailBody"];
            };
        };
        responses: {
            /** @description Success */
            202: {
                headers: {
                    /** @description This is the first answer again */
                    "Idempotency-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidInputOrMalformedRequestOrSchoolDomainNotAllowed"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            409: components["responses"]["IdempotencyKeyInUse"];
            410: components["responses"]["IdempotencyResultDeleted"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    accounts_verify: {
        parameters: {
            query?: never;
            header?: {
                /** @description A retry with the same key and body gets the first answer again, for 24 h */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CodeBody"];
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description This is the first answer again */
                    "Idempotency-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountView"];
                };
            };
            400: components["responses"]["InvalidInputOrMalformedRequestOrWrongCode"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            409: components["responses"]["IdempotencyKeyInUse"];
            410: components["responses"]["IdempotencyResultDeleted"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    accounts_profile: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of your copy: 304 without a body if nothing has changed */
                "If-None-Match"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProfileView"];
                };
            };
            /** @description You have the present answer */
            304: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            404: components["responses"]["AccountNotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
        };
    };
    boards_list: {
        parameters: {
            query?: {
                /** @description Items a page, 20 by default */
                limit?: number;
                /** @description `nextCursor` of the page before */
                cursor?: string;
                /** @description Part of the name or of the slug */
                q?: string;
            };
            header?: {
                /** @description The `ETag` of your copy: 304 without a body if nothing has changed */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BoardPage"];
                };
            };
            /** @description You have the present answer */
            304: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidCursorOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
        };
    };
    boards_create: {
        parameters: {
            query?: never;
            header?: {
                /** @description A retry with the same key and body gets the first answer again, for 24 h */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BoardBody"];
            };
        };
        responses: {
            /** @description Success */
            201: {
                headers: {
                    /** @description Where the new thing is */
                    Location?: string;
                    /** @description This is the first answer again */
                    "Idempotency-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BoardView"];
                };
            };
            400: components["responses"]["InvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            403: components["responses"]["AccessNotHeld"];
            409: components["responses"]["IdempotencyKeyInUseOrSlugTakenOrTooManyBoards"];
            410: components["responses"]["IdempotencyResultDeleted"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    boards_get: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of your copy: 304 without a body if nothing has changed */
                "If-None-Match"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BoardView"];
                };
            };
            /** @description You have the present answer */
            304: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalid"];
            404: components["responses"]["BoardNotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
        };
    };
    boards_remove: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the version that you read: change only this one */
                "If-Match"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            403: components["responses"]["NotBoardOwner"];
            404: components["responses"]["BoardNotFound"];
            412: components["responses"]["EditConflict"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    boards_change: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the version that you read: change only this one */
                "If-Match"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["BoardChanges"];
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BoardView"];
                };
            };
            400: components["responses"]["InvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            403: components["responses"]["AccessNotHeldOrNotBoardOwner"];
            404: components["responses"]["BoardNotFound"];
            409: components["responses"]["AccessOnlyTightenedOrSlugTaken"];
            412: components["responses"]["EditConflict"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    tags_list: {
        parameters: {
            query?: {
                /** @description Items a page, 20 by default */
                limit?: number;
                /** @description `nextCursor` of the page before */
                cursor?: string;
                /** @description The beginning of the tag, for autocompletion */
                prefix?: string;
                /** @description `popular` by default */
                sort?: "popular" | "name";
            };
            header?: {
                /** @description The `ETag` of your copy: 304 without a body if nothing has changed */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TagPage"];
                };
            };
            /** @description You have the present answer */
            304: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidCursorOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
        };
    };
    tags_get: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of your copy: 304 without a body if nothing has changed */
                "If-None-Match"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TagView"];
                };
            };
            /** @description You have the present answer */
            304: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalid"];
            404: components["responses"]["TagNotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
        };
    };
    posts_ofBoard: {
        parameters: {
            query?: {
                /** @description Items a page, 20 by default */
                limit?: number;
                /** @description `nextCursor` of the page before */
                cursor?: string;
                /** @description `latest` by default */
                sort?: "latest" | "hot";
                /** @description Posts with this tag; with `latest` only */
                tag?: string;
            };
            header?: {
                /** @description The `ETag` of your copy: 304 without a body if nothing has changed */
                "If-None-Match"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PostPage"];
                };
            };
            /** @description You have the present answer */
            304: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["FiltersDoNotCombineOrInvalidCursorOrInvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalid"];
            403: components["responses"]["MembersOnlyOrVerificationRequired"];
            404: components["responses"]["BoardNotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
        };
    };
    posts_create: {
        parameters: {
            query?: never;
            header?: {
                /** @description A retry with the same key and body gets the first answer again, for 24 h */
                "Idempotency-Key"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PostBody"];
            };
        };
        responses: {
            /** @description Success */
            201: {
                headers: {
                    /** @description Where the new thing is */
                    Location?: string;
                    /** @description This is the first answer again */
                    "Idempotency-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PostView"];
                };
            };
            400: components["responses"]["InvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            403: components["responses"]["AnonymityNotAllowedOrMembersOnlyOrStaffOnlyOrVerificationRequired"];
            404: components["responses"]["BoardNotFound"];
            409: components["responses"]["BoardArchivedOrIdempotencyKeyInUse"];
            410: components["responses"]["IdempotencyResultDeleted"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    posts_list: {
        parameters: {
            query?: {
                /** @description Items a page, 20 by default */
                limit?: number;
                /** @description `nextCursor` of the page before */
                cursor?: string;
                /** @description Posts of this board */
                board?: number;
                /** @description Posts with this tag; with `latest` only */
                tag?: string;
                /** @description Posts of this account by name; only with `latest` */
                author?: number;
                /** @description Each word is a phrase in title or content, all have to be there; combines with `board` and `author` */
                q?: string;
                /** @description From this day on, in the campus zone; with `latest`, not with `q` */
                from?: string;
                /** @description Up to this day, inclusive */
                to?: string;
                /** @description `latest` by default; `hot` and `likes` combine with `board` only */
                sort?: "latest" | "hot" | "likes";
            };
            header?: {
                /** @description The `ETag` of your copy: 304 without a body if nothing has changed */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PostPage"];
                };
            };
            /** @description You have the present answer */
            304: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["FiltersDoNotCombineOrInvalidCursorOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalid"];
            403: components["responses"]["MembersOnlyOrVerificationRequired"];
            404: components["responses"]["BoardNotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrSearchBusyOrUnavailable"];
        };
    };
    posts_read: {
        parameters: {
            query?: {
                /** @description The number of first comments in `comments` */
                comments?: number;
            };
            header?: {
                /** @description The `ETag` of your copy: 304 without a body if nothing has changed */
                "If-None-Match"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PostView"];
                };
            };
            /** @description You have the present answer */
            304: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalid"];
            403: components["responses"]["MembersOnlyOrVerificationRequired"];
            404: components["responses"]["PostNotFound"];
            410: components["responses"]["PostDeleted"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
        };
    };
    posts_remove: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the version that you read: change only this one */
                "If-Match"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            403: components["responses"]["MembersOnlyOrNotPostAuthorOrVerificationRequired"];
            404: components["responses"]["PostNotFound"];
            409: components["responses"]["PostHidden"];
            410: components["responses"]["PostDeleted"];
            412: components["responses"]["EditConflict"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    posts_change: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the version that you read: change only this one */
                "If-Match"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["PostChanges"];
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PostView"];
                };
            };
            400: components["responses"]["InvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            403: components["responses"]["MembersOnlyOrNotPostAuthorOrVerificationRequired"];
            404: components["responses"]["PostNotFound"];
            409: components["responses"]["PostHidden"];
            410: components["responses"]["PostDeleted"];
            412: components["responses"]["EditConflict"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    posts_like: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            403: components["responses"]["MembersOnlyOrOwnPostOrVerificationRequired"];
            404: components["responses"]["PostNotFound"];
            409: components["responses"]["PostHidden"];
            410: components["responses"]["PostDeleted"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    posts_unlike: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            403: components["responses"]["MembersOnlyOrVerificationRequired"];
            404: components["responses"]["PostNotFound"];
            409: components["responses"]["PostHidden"];
            410: components["responses"]["PostDeleted"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    posts_scrap: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            403: components["responses"]["MembersOnlyOrVerificationRequired"];
            404: components["responses"]["PostNotFound"];
            410: components["responses"]["PostDeleted"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    posts_unscrap: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            403: components["responses"]["MembersOnlyOrVerificationRequired"];
            404: components["responses"]["PostNotFound"];
            410: components["responses"]["PostDeleted"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    posts_ofTag: {
        parameters: {
            query?: {
                /** @description Items a page, 20 by default */
                limit?: number;
                /** @description `nextCursor` of the page before */
                cursor?: string;
            };
            header?: {
                /** @description The `ETag` of your copy: 304 without a body if nothing has changed */
                "If-None-Match"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PostPage"];
                };
            };
            /** @description You have the present answer */
            304: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidCursorOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
        };
    };
    posts_mine: {
        parameters: {
            query?: {
                /** @description Items a page, 20 by default */
                limit?: number;
                /** @description `nextCursor` of the page before */
                cursor?: string;
            };
            header?: {
                /** @description The `ETag` of your copy: 304 without a body if nothing has changed */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PostPage"];
                };
            };
            /** @description You have the present answer */
            304: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidCursorOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
        };
    };
    posts_liked: {
        parameters: {
            query?: {
                /** @description Items a page, 20 by default */
                limit?: number;
                /** @description `nextCursor` of the page before */
                cursor?: string;
            };
            header?: {
                /** @description The `ETag` of your copy: 304 without a body if nothing has changed */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PostPage"];
                };
            };
            /** @description You have the present answer */
            304: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidCursorOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
        };
    };
    posts_scrapped: {
        parameters: {
            query?: {
                /** @description Items a page, 20 by default */
                limit?: number;
                /** @description `nextCursor` of the page before */
                cursor?: string;
            };
            header?: {
                /** @description The `ETag` of your copy: 304 without a body if nothing has changed */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PostPage"];
                };
            };
            /** @description You have the present answer */
            304: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidCursorOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
        };
    };
    comments_list: {
        parameters: {
            query?: {
                /** @description Items a page, 20 by default */
                limit?: number;
                /** @description `nextCursor` of the page before */
                cursor?: string;
            };
            header?: {
                /** @description The `ETag` of your copy: 304 without a body if nothing has changed */
                "If-None-Match"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CommentPage"];
                };
            };
            /** @description You have the present answer */
            304: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidCursorOrInvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalid"];
            403: components["responses"]["MembersOnlyOrVerificationRequired"];
            404: components["responses"]["PostNotFound"];
            410: components["responses"]["PostDeleted"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
        };
    };
    comments_create: {
        parameters: {
            query?: never;
            header?: {
                /** @description A retry with the same key and body gets the first answer again, for 24 h */
                "Idempotency-Key"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CommentBody"];
            };
        };
        responses: {
            /** @description Success */
            201: {
                headers: {
                    /** @description Where the new thing is */
                    Location?: string;
                    /** @description This is the first answer again */
                    "Idempotency-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CommentView"];
                };
            };
            400: components["responses"]["InvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            403: components["responses"]["AnonymityNotAllowedOrMembersOnlyOrStaffOnlyOrVerificationRequired"];
            404: components["responses"]["ParentNotInThreadOrPostNotFound"];
            409: components["responses"]["BoardArchivedOrIdempotencyKeyInUse"];
            410: components["responses"]["CommentDeletedOrIdempotencyResultDeletedOrPostDeleted"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    comments_get: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of your copy: 304 without a body if nothing has changed */
                "If-None-Match"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CommentView"];
                };
            };
            /** @description You have the present answer */
            304: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalid"];
            403: components["responses"]["MembersOnlyOrVerificationRequired"];
            404: components["responses"]["CommentNotFound"];
            410: components["responses"]["CommentDeletedOrPostDeleted"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
        };
    };
    comments_remove: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the version that you read: change only this one */
                "If-Match"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            403: components["responses"]["MembersOnlyOrNotCommentAuthorOrVerificationRequired"];
            404: components["responses"]["CommentNotFound"];
            409: components["responses"]["CommentHidden"];
            410: components["responses"]["CommentDeletedOrPostDeleted"];
            412: components["responses"]["EditConflict"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    comments_change: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the version that you read: change only this one */
                "If-Match"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["CommentChanges"];
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CommentView"];
                };
            };
            400: components["responses"]["InvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            403: components["responses"]["MembersOnlyOrNotCommentAuthorOrVerificationRequired"];
            404: components["responses"]["CommentNotFound"];
            409: components["responses"]["CommentHidden"];
            410: components["responses"]["CommentDeletedOrPostDeleted"];
            412: components["responses"]["EditConflict"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    comments_replies: {
        parameters: {
            query?: {
                /** @description Items a page, 20 by default */
                limit?: number;
                /** @description `nextCursor` of the page before */
                cursor?: string;
            };
            header?: {
                /** @description The `ETag` of your copy: 304 without a body if nothing has changed */
                "If-None-Match"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CommentPage"];
                };
            };
            /** @description You have the present answer */
            304: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidCursorOrInvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalid"];
            403: components["responses"]["MembersOnlyOrVerificationRequired"];
            404: components["responses"]["CommentNotFound"];
            410: components["responses"]["CommentDeletedOrPostDeleted"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
        };
    };
    comments_like: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            403: components["responses"]["MembersOnlyOrOwnCommentOrVerificationRequired"];
            404: components["responses"]["CommentNotFound"];
            409: components["responses"]["CommentHidden"];
            410: components["responses"]["CommentDeletedOrPostDeleted"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    comments_unlike: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            403: components["responses"]["MembersOnlyOrVerificationRequired"];
            404: components["responses"]["CommentNotFound"];
            409: components["responses"]["CommentHidden"];
            410: components["responses"]["CommentDeletedOrPostDeleted"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    comments_mine: {
        parameters: {
            query?: {
                /** @description Items a page, 20 by default */
                limit?: number;
                /** @description `nextCursor` of the page before */
                cursor?: string;
            };
            header?: {
                /** @description The `ETag` of your copy: 304 without a body if nothing has changed */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CommentPage"];
                };
            };
            /** @description You have the present answer */
            304: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidCursorOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
        };
    };
    semesters_list: {
        parameters: {
            query?: {
                /** @description Items a page, 20 by default */
                limit?: number;
                /** @description `nextCursor` of the page before */
                cursor?: string;
            };
            header?: {
                /** @description The `ETag` of your copy: 304 without a body if nothing has changed */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SemesterPage"];
                };
            };
            /** @description You have the present answer */
            304: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidCursorOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
        };
    };
    semesters_create: {
        parameters: {
            query?: never;
            header?: {
                /** @description A retry with the same key and body gets the first answer again, for 24 h */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SemesterBody"];
            };
        };
        responses: {
            /** @description Success */
            201: {
                headers: {
                    /** @description Where the new thing is */
                    Location?: string;
                    /** @description This is the first answer again */
                    "Idempotency-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SemesterView"];
                };
            };
            400: components["responses"]["InvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            403: components["responses"]["AdminsOnly"];
            409: components["responses"]["IdempotencyKeyInUseOrSemesterExists"];
            410: components["responses"]["IdempotencyResultDeleted"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    semesters_current: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of your copy: 304 without a body if nothing has changed */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SemesterView"];
                };
            };
            /** @description You have the present answer */
            304: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalid"];
            404: components["responses"]["SemesterNotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
        };
    };
    semesters_get: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of your copy: 304 without a body if nothing has changed */
                "If-None-Match"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SemesterView"];
                };
            };
            /** @description You have the present answer */
            304: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalid"];
            404: components["responses"]["SemesterNotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
        };
    };
    semesters_change: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the version that you read: change only this one */
                "If-Match"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["SemesterChanges"];
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SemesterView"];
                };
            };
            400: components["responses"]["InvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            403: components["responses"]["AdminsOnly"];
            404: components["responses"]["SemesterNotFound"];
            412: components["responses"]["EditConflict"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    subjects_list: {
        parameters: {
            query?: {
                /** @description Items a page, 20 by default */
                limit?: number;
                /** @description `nextCursor` of the page before */
                cursor?: string;
                /** @description Part of the name or of the code; white space does not matter */
                q?: string;
                /** @description Only those that are taught in this semester */
                semester?: number;
            };
            header?: {
                /** @description The `ETag` of your copy: 304 without a body if nothing has changed */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SubjectPage"];
                };
            };
            /** @description You have the present answer */
            304: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidCursorOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
        };
    };
    subjects_create: {
        parameters: {
            query?: never;
            header?: {
                /** @description A retry with the same key and body gets the first answer again, for 24 h */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SubjectBody"];
            };
        };
        responses: {
            /** @description Success */
            201: {
                headers: {
                    /** @description Where the new thing is */
                    Location?: string;
                    /** @description This is the first answer again */
                    "Idempotency-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SubjectView"];
                };
            };
            400: components["responses"]["InvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            409: components["responses"]["IdempotencyKeyInUseOrSubjectExistsOrTooManySubjects"];
            410: components["responses"]["IdempotencyResultDeleted"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    subjects_get: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of your copy: 304 without a body if nothing has changed */
                "If-None-Match"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SubjectView"];
                };
            };
            /** @description You have the present answer */
            304: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalid"];
            404: components["responses"]["SubjectNotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
        };
    };
    subjects_remove: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the version that you read: change only this one */
                "If-Match"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            403: components["responses"]["CatalogueIsReadOnlyOrNotItsMaker"];
            404: components["responses"]["SubjectNotFound"];
            409: components["responses"]["SubjectInUse"];
            412: components["responses"]["EditConflict"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    subjects_change: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the version that you read: change only this one */
                "If-Match"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["SubjectChanges"];
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SubjectView"];
                };
            };
            400: components["responses"]["InvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            403: components["responses"]["CatalogueIsReadOnlyOrNotItsMaker"];
            404: components["responses"]["SubjectNotFound"];
            409: components["responses"]["SubjectExistsOrSubjectInUse"];
            412: components["responses"]["EditConflict"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    lecturesearch_list: {
        parameters: {
            query?: {
                /** @description Items a page, 20 by default */
                limit?: number;
                /** @description `nextCursor` of the page before */
                cursor?: string;
                /** @description The current one by default; with `fits` that of the timetable */
                semester?: number;
                /** @description Words, all of which are found: in title, code, professor, department, place or room; in the title also by letters in order (`컴공` finds 컴퓨터공학개론) or by initial consonants (`ㅋㅍㅌ`); in the department also by its abbreviation (`컴공` finds lectures of 컴퓨터공학부). Spaces and case do not matter */
                q?: string;
                /** @description Part of the name of a professor */
                professor?: string;
                /** @description Part of the name of the department, or its abbreviation */
                department?: string;
                /** @description The whole category; spaces and case do not matter */
                category?: string;
                /** @description Also a number within a range of credits */
                credits?: number;
                /** @description Days with commas between, 0 = Monday … 6 = Sunday: every meeting is on one of them */
                day?: string;
                /** @description No meeting starts before: minutes since 00:00 */
                from?: number;
                /** @description No meeting ends after: minutes since 00:00, after `from` */
                to?: number;
                /** @description Windows with commas between, each `day:start-end` in minutes since 00:00: every meeting lies in one of them. Windows that touch count as one */
                cells?: string;
                /** @description A timetable of mine with which nothing clashes */
                fits?: number;
                /** @description Whether lectures without meetings are found too. By default they are, unless `day`, `from`, `to` or `cells` is given */
                includeUntimed?: boolean;
            };
            header?: {
                /** @description The `ETag` of your copy: 304 without a body if nothing has changed */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LecturePage"];
                };
            };
            /** @description You have the present answer */
            304: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["FiltersDoNotCombineOrInvalidCursorOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            404: components["responses"]["SemesterNotFoundOrTimetableNotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
        };
    };
    lectures_create: {
        parameters: {
            query?: never;
            header?: {
                /** @description A retry with the same key and body gets the first answer again, for 24 h */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LectureBody"];
            };
        };
        responses: {
            /** @description Success */
            201: {
                headers: {
                    /** @description Where the new thing is */
                    Location?: string;
                    /** @description This is the first answer again */
                    "Idempotency-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LectureView"];
                };
            };
            400: components["responses"]["InvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            404: components["responses"]["SemesterNotFoundOrSubjectNotFound"];
            409: components["responses"]["IdempotencyKeyInUseOrLectureExistsOrTooManyLectures"];
            410: components["responses"]["IdempotencyResultDeleted"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    lectures_get: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of your copy: 304 without a body if nothing has changed */
                "If-None-Match"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LectureView"];
                };
            };
            /** @description You have the present answer */
            304: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalid"];
            404: components["responses"]["LectureNotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
        };
    };
    lectures_remove: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the version that you read: change only this one */
                "If-Match"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            403: components["responses"]["CatalogueIsReadOnlyOrNotItsMaker"];
            404: components["responses"]["LectureNotFound"];
            409: components["responses"]["LectureInUse"];
            412: components["responses"]["EditConflict"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    lectures_change: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the version that you read: change only this one */
                "If-Match"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["LectureChanges"];
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LectureView"];
                };
            };
            400: components["responses"]["InvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            403: components["responses"]["CatalogueIsReadOnlyOrNotItsMaker"];
            404: components["responses"]["LectureNotFound"];
            409: components["responses"]["LectureExistsOrLectureInUse"];
            412: components["responses"]["EditConflict"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    imports_list: {
        parameters: {
            query?: {
                /** @description Items a page, 20 by default */
                limit?: number;
                /** @description `nextCursor` of the page before */
                cursor?: string;
            };
            header?: {
                /** @description The `ETag` of your copy: 304 without a body if nothing has changed */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportPage"];
                };
            };
            /** @description You have the present answer */
            304: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidCursorOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            403: components["responses"]["AdminsOnly"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
        };
    };
    imports_start: {
        parameters: {
            query?: never;
            header?: {
                /** @description A retry with the same key and body gets the first answer again, for 24 h */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /**
                     * Format: binary
                     * @description At most 64 MiB
                     */
                    file: Blob;
                    /**
                     * @description A year and a term, or the id of the semester
                     * @example 2026-autumn
                     */
                    semester: string;
                    /**
                     * @description Recognised by the content by default
                     * @example csv
                     */
                    format?: string;
                    /**
                     * @description Only report the changes, without making them
                     * @default false
                     */
                    dryRun?: boolean;
                    /**
                     * @description Also when more than 10 % of the lectures would vanish or lose their times
                     * @default false
                     */
                    force?: boolean;
                    /**
                     * @description Change nothing when there is a bad row
                     * @default false
                     */
                    strict?: boolean;
                };
            };
        };
        responses: {
            /** @description Success */
            202: {
                headers: {
                    /** @description This is the first answer again */
                    "Idempotency-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportView"];
                };
            };
            400: components["responses"]["InvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            403: components["responses"]["AdminsOnly"];
            404: components["responses"]["SemesterNotFound"];
            409: components["responses"]["IdempotencyKeyInUseOrTooManyImports"];
            410: components["responses"]["IdempotencyResultDeleted"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailableOrUploadsUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    imports_get: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of your copy: 304 without a body if nothing has changed */
                "If-None-Match"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportView"];
                };
            };
            /** @description You have the present answer */
            304: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            403: components["responses"]["AdminsOnly"];
            404: components["responses"]["ImportNotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
        };
    };
    friends_list: {
        parameters: {
            query?: {
                /** @description Items a page, 20 by default */
                limit?: number;
                /** @description `nextCursor` of the page before */
                cursor?: string;
            };
            header?: {
                /** @description The `ETag` of your copy: 304 without a body if nothing has changed */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FriendPage"];
                };
            };
            /** @description You have the present answer */
            304: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidCursorOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
        };
    };
    friends_get: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of your copy: 304 without a body if nothing has changed */
                "If-None-Match"?: string;
            };
            path: {
                accountId: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FriendView"];
                };
            };
            /** @description You have the present answer */
            304: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            404: components["responses"]["FriendNotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
        };
    };
    friends_remove: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                accountId: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            404: components["responses"]["FriendNotFound"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    friendrequests_list: {
        parameters: {
            query?: {
                /** @description Items a page, 20 by default */
                limit?: number;
                /** @description `nextCursor` of the page before */
                cursor?: string;
                /** @description `incoming` by default: those that I can answer */
                direction?: "incoming" | "outgoing";
            };
            header?: {
                /** @description The `ETag` of your copy: 304 without a body if nothing has changed */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FriendRequestPage"];
                };
            };
            /** @description You have the present answer */
            304: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidCursorOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
        };
    };
    friendrequests_ask: {
        parameters: {
            query?: never;
            header?: {
                /** @description A retry with the same key and body gets the first answer again, for 24 h */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FriendRequestBody"];
            };
        };
        responses: {
            /** @description Success */
            201: {
                headers: {
                    /** @description Where the new thing is */
                    Location?: string;
                    /** @description This is the first answer again */
                    "Idempotency-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FriendRequestView"];
                };
            };
            400: components["responses"]["InvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            404: components["responses"]["AccountNotFound"];
            409: components["responses"]["AlreadyFriendsOrFriendIsSelfOrFriendRequestExistsOrIdempotencyKeyInUseOrTooManyFriendsOrTooManyFriendRequests"];
            410: components["responses"]["IdempotencyResultDeleted"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    friendrequests_get: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of your copy: 304 without a body if nothing has changed */
                "If-None-Match"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FriendRequestView"];
                };
            };
            /** @description You have the present answer */
            304: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            404: components["responses"]["FriendRequestNotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
        };
    };
    friendrequests_cancel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            404: components["responses"]["FriendRequestNotFound"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    friendrequests_accept: {
        parameters: {
            query?: never;
            header?: {
                /** @description A retry with the same key and body gets the first answer again, for 24 h */
                "Idempotency-Key"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description This is the first answer again */
                    "Idempotency-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FriendView"];
                };
            };
            400: components["responses"]["InvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            404: components["responses"]["FriendRequestNotFound"];
            409: components["responses"]["IdempotencyKeyInUseOrTooManyFriends"];
            410: components["responses"]["IdempotencyResultDeleted"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    friendrequests_decline: {
        parameters: {
            query?: never;
            header?: {
                /** @description A retry with the same key and body gets the first answer again, for 24 h */
                "Idempotency-Key"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    /** @description This is the first answer again */
                    "Idempotency-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            404: components["responses"]["FriendRequestNotFound"];
            409: components["responses"]["IdempotencyKeyInUse"];
            410: components["responses"]["IdempotencyResultDeleted"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    timetables_list: {
        parameters: {
            query?: {
                /** @description Items a page, 20 by default */
                limit?: number;
                /** @description `nextCursor` of the page before */
                cursor?: string;
                /** @description Of this semester; of all by default */
                semester?: number;
            };
            header?: {
                /** @description The `ETag` of your copy: 304 without a body if nothing has changed */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TimetablePage"];
                };
            };
            /** @description You have the present answer */
            304: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidCursorOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
        };
    };
    timetables_create: {
        parameters: {
            query?: never;
            header?: {
                /** @description A retry with the same key and body gets the first answer again, for 24 h */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TimetableBody"];
            };
        };
        responses: {
            /** @description Success */
            201: {
                headers: {
                    /** @description Where the new thing is */
                    Location?: string;
                    /** @description This is the first answer again */
                    "Idempotency-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TimetableView"];
                };
            };
            400: components["responses"]["InvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            404: components["responses"]["SemesterNotFound"];
            409: components["responses"]["IdempotencyKeyInUseOrTimetableNameTakenOrTooManyTimetables"];
            410: components["responses"]["IdempotencyResultDeleted"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    timetables_get: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of your copy: 304 without a body if nothing has changed */
                "If-None-Match"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TimetableView"];
                };
            };
            /** @description You have the present answer */
            304: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            404: components["responses"]["TimetableNotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
        };
    };
    timetables_remove: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the version that you read: change only this one */
                "If-Match"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            404: components["responses"]["TimetableNotFound"];
            412: components["responses"]["EditConflict"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    timetables_change: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the version that you read: change only this one */
                "If-Match"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["TimetableChanges"];
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TimetableView"];
                };
            };
            400: components["responses"]["InvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            404: components["responses"]["TimetableNotFound"];
            409: components["responses"]["TimetableNameTaken"];
            412: components["responses"]["EditConflict"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    timetables_copy: {
        parameters: {
            query?: never;
            header?: {
                /** @description A retry with the same key and body gets the first answer again, for 24 h */
                "Idempotency-Key"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            201: {
                headers: {
                    /** @description Where the new thing is */
                    Location?: string;
                    /** @description This is the first answer again */
                    "Idempotency-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TimetableView"];
                };
            };
            400: components["responses"]["InvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            404: components["responses"]["TimetableNotFound"];
            409: components["responses"]["IdempotencyKeyInUseOrTooManyTimetables"];
            410: components["responses"]["IdempotencyResultDeleted"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    entries_add: {
        parameters: {
            query?: {
                /** @description `replace` removes the clashing entries */
                onConflict?: "reject" | "replace";
            };
            header?: {
                /** @description A retry with the same key and body gets the first answer again, for 24 h */
                "Idempotency-Key"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["EntryBody"];
            };
        };
        responses: {
            /** @description Success */
            201: {
                headers: {
                    /** @description Where the new thing is */
                    Location?: string;
                    /** @description This is the first answer again */
                    "Idempotency-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddedEntryView"];
                };
            };
            400: components["responses"]["InvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            404: components["responses"]["LectureNotFoundOrTimetableNotFound"];
            409: components["responses"]["IdempotencyKeyInUseOrLectureAlreadyAddedOrLectureCancelledOrLectureOfOtherSemesterOrTimetableConflictOrTooManyEntries"];
            410: components["responses"]["IdempotencyResultDeleted"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    entries_get: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of your copy: 304 without a body if nothing has changed */
                "If-None-Match"?: string;
            };
            path: {
                id: number;
                entryId: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntryView"];
                };
            };
            /** @description You have the present answer */
            304: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            404: components["responses"]["EntryNotFoundOrTimetableNotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
        };
    };
    entries_remove: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the version that you read: change only this one */
                "If-Match"?: string;
            };
            path: {
                id: number;
                entryId: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            404: components["responses"]["EntryNotFoundOrTimetableNotFound"];
            412: components["responses"]["EditConflict"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    entries_change: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the version that you read: change only this one */
                "If-Match"?: string;
            };
            path: {
                id: number;
                entryId: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["EntryEdits"];
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntryView"];
                };
            };
            400: components["responses"]["InvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            404: components["responses"]["EntryNotFoundOrTimetableNotFound"];
            409: components["responses"]["TimetableConflict"];
            412: components["responses"]["EditConflict"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    entries_acknowledge: {
        parameters: {
            query?: never;
            header?: {
                /** @description A retry with the same key and body gets the first answer again, for 24 h */
                "Idempotency-Key"?: string;
            };
            path: {
                id: number;
                entryId: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description This is the first answer again */
                    "Idempotency-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntryView"];
                };
            };
            400: components["responses"]["InvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            404: components["responses"]["EntryNotFoundOrTimetableNotFound"];
            409: components["responses"]["IdempotencyKeyInUse"];
            410: components["responses"]["IdempotencyResultDeleted"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    picture_draw: {
        parameters: {
            query?: {
                /** @description On a light or a dark ground; `light` by default */
                appearance?: "light" | "dark";
            };
            header?: {
                /** @description The `ETag` of your copy: 304 without a body if nothing has changed */
                "If-None-Match"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "image/svg+xml": string;
                };
            };
            /** @description You have the present answer */
            304: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            404: components["responses"]["TimetableNotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
        };
    };
    picture_themes: {
        parameters: {
            query?: {
                /** @description Items a page, 20 by default */
                limit?: number;
                /** @description `nextCursor` of the page before */
                cursor?: string;
            };
            header?: {
                /** @description The `ETag` of your copy: 304 without a body if nothing has changed */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ThemePage"];
                };
            };
            /** @description You have the present answer */
            304: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidCursorOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
        };
    };
    calendar_download: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of your copy: 304 without a body if nothing has changed */
                "If-None-Match"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "text/calendar": string;
                };
            };
            /** @description You have the present answer */
            304: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            404: components["responses"]["TimetableNotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
        };
    };
    calendar_renew: {
        parameters: {
            query?: never;
            header?: {
                /** @description A retry with the same key and body gets the first answer again, for 24 h */
                "Idempotency-Key"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            201: {
                headers: {
                    /** @description This is the first answer again */
                    "Idempotency-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FeedView"];
                };
            };
            400: components["responses"]["InvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            404: components["responses"]["TimetableNotFound"];
            409: components["responses"]["IdempotencyKeyInUse"];
            410: components["responses"]["IdempotencyResultDeleted"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    calendar_revoke: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            404: components["responses"]["TimetableNotFound"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
    calendar_subscribe: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of your copy: 304 without a body if nothing has changed */
                "If-None-Match"?: string;
            };
            path: {
                /** @description The secret of the address */
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "text/calendar": string;
                };
            };
            /** @description You have the present answer */
            304: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidInputOrMalformedRequest"];
            404: components["responses"]["CalendarNotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
        };
    };
    friendtimetables_list: {
        parameters: {
            query?: {
                /** @description Items a page, 20 by default */
                limit?: number;
                /** @description `nextCursor` of the page before */
                cursor?: string;
                /** @description Of this semester; of all by default */
                semester?: number;
            };
            header?: {
                /** @description The `ETag` of your copy: 304 without a body if nothing has changed */
                "If-None-Match"?: string;
            };
            path: {
                accountId: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FriendTimetablePage"];
                };
            };
            /** @description You have the present answer */
            304: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidCursorOrInvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            404: components["responses"]["FriendNotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
        };
    };
    freetime_of: {
        parameters: {
            query: {
                /** @description The accounts of 1 to 19 friends, with commas between */
                with: string;
                /** @description The current one by default */
                semester?: number;
                /** @description Minutes since 00:00, local; 540 (9:00) by default */
                from?: number;
                /** @description Minutes since 00:00, local; 1260 (21:00) by default */
                to?: number;
                /** @description The least length, 30 by default */
                minMinutes?: number;
                /** @description Counts only meetings of this week of the semester; all meetings without it */
                week?: number;
            };
            header?: {
                /** @description The `ETag` of your copy: 304 without a body if nothing has changed */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FreeTimeView"];
                };
            };
            /** @description You have the present answer */
            304: {
                headers: {
                    /** @description Of this answer, for `If-None-Match` */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            404: components["responses"]["FriendNotFoundOrSemesterNotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
        };
    };
    suggestions_suggest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SuggestionsBody"];
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SuggestionsView"];
                };
            };
            400: components["responses"]["InvalidIdOrInvalidInputOrMalformedRequest"];
            401: components["responses"]["SessionEndedOrTokenExpiredOrTokenInvalidOrTokenMissing"];
            404: components["responses"]["EntryNotFoundOrLectureNotFoundOrTimetableNotFound"];
            409: components["responses"]["LectureCancelledOrLectureOfOtherSemester"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrUnavailable"];
            507: components["responses"]["InsufficientStorage"];
        };
    };
}
