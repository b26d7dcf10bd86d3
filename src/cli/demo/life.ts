import { DEMO_BOARDS, readLevel, type DemoBoard } from './boards.js';
import { DEMO_ACCOUNTS, OTHERS } from './people.js';
import { Random } from './random.js';
import { tell, type Talk, type Told } from './talk.js';
import { replies } from './talks/replies.js';

const SEED = 20_260_302;
const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const DEMO_DAYS = 60;
/** The number of authors by hour of Seoul's day, from 0 to 23. */
const HOURS = [7, 4, 2, 1, 0, 0, 1, 3, 6, 9, 10, 11, 14, 12, 11, 11, 10, 10, 11, 11, 12, 14, 14, 12];
const SEOUL = 9 * HOUR;
const VERIFIED = 2;

export interface Person {
  id: number;
  username: string;
  nickname: string;
  verified: boolean;
  /** How often they write, compared with others. */
  talkative: number;
}

export interface DemoPost {
  id: number;
  board: DemoBoard;
  boardId: number;
  talk: Talk;
  told: Told;
  author: Person;
  anonymous: boolean;
  at: number;
  readers: Person[];
}

export interface DemoComment {
  id: number;
  post: DemoPost;
  root: DemoComment | null;
  author: Person;
  anonymous: boolean;
  text: string;
  at: number;
}

export interface Like {
  target: number;
  account: number;
  at: number;
}

/** All events in the order of time. */
export interface Life {
  people: Person[];
  posts: DemoPost[];
  comments: DemoComment[];
  postLikes: Like[];
  commentLikes: Like[];
  scraps: Like[];
}

/** Generates the last sixty days of a campus. The same `now` gives the same result. */
export function live(now: number): Life {
  const random = new Random(SEED);
  const people = gatherPeople(random);
  const posts = writePosts(people, now, random);
  const comments = inOrder(posts.flatMap((post) => discuss(post, now, random)));
  comments.forEach((comment, i) => (comment.id = i + 1));
  addReaders(posts, comments);
  return {
    people,
    posts,
    comments,
    postLikes: inOrder(posts.flatMap((post) => likePost(post, now, random))),
    commentLikes: inOrder(comments.flatMap((comment) => likeComment(comment, now, random))),
    scraps: inOrder(posts.flatMap((post) => scrap(post, now, random))),
  };
}

function inOrder<T extends { at: number }>(events: T[]): T[] {
  return events.sort((a, b) => a.at - b.at);
}

function gatherPeople(random: Random): Person[] {
  const others = OTHERS.map((other) => ({ ...other, verified: random.chance(0.65) }));
  return [...DEMO_ACCOUNTS, ...others].map(({ username, nickname, verified }, i) => ({
    id: i + 1,
    username,
    nickname,
    verified,
    talkative: i < DEMO_ACCOUNTS.length ? 2 : random.between(0.2, 2),
  }));
}

function writePosts(people: Person[], now: number, random: Random): DemoPost[] {
  const plans = random.shuffled(
    DEMO_BOARDS.flatMap((board, i) => tellAll(board, random).map((one) => ({ ...one, board, boardId: i + 1 }))),
  );
  return timesOf(plans.length, now, new Random(SEED + 1)).map((at, i) => {
    const { board, talk } = plans[i];
    const members = people.filter((person) => person.verified || readLevel(board) < VERIFIED);
    const author = someone(members, random);
    const anonymous = board.allowAnonymous !== false && !random.chance(talk.named ?? 0.2);
    // A post of this hour has not been seen by many yet.
    const seen = Math.min(1, 0.15 + (now - at) / (18 * HOUR)) * random.between(0.45, 0.75 + talk.heat / 4);
    const readers = members.filter((person) => person !== author && random.chance(seen));
    return { ...plans[i], id: i + 1, author, anonymous, at, readers };
  });
}

/** The board's talks in turn, each with other words every time. */
function tellAll({ talks, posts }: DemoBoard, random: Random): { talk: Talk; told: Told }[] {
  const used = new Set<string>();
  const result: { talk: Talk; told: Told }[] = [];
  const turns = random.shuffled(talks);
  for (let turn = 0; result.length < posts; turn++) {
    const talk = turns[turn % turns.length];
    const general = talk.mood ? random.shuffled(replies[talk.mood]) : [];
    const further = general.slice(0, Math.floor(random.between(0, 3 + 4 * talk.heat)));
    const told = tell(talk, further, random);
    if (used.has(told.title) || used.has(told.body)) continue;
    used.add(told.title).add(told.body);
    result.push({ talk, told });
  }
  return result;
}

/** Moments of the last sixty days in ascending order, more by day than by night. */
function timesOf(count: number, now: number, random: Random): number[] {
  const total = HOURS.reduce((sum, weight) => sum + weight, 0);
  const times: number[] = [];
  while (times.length < count) {
    const midnight = Math.floor((now + SEOUL) / DAY - random.between(0, DEMO_DAYS)) * DAY - SEOUL;
    let left = random.next() * total;
    const hour = HOURS.findIndex((weight) => (left -= weight) < 0);
    const at = Math.floor(midnight + hour * HOUR + random.next() * HOUR);
    if (at < now - 5 * MINUTE && at > now - DEMO_DAYS * DAY) times.push(at);
  }
  return times.sort((a, b) => a - b);
}

function someone(people: Person[], random: Random): Person {
  let left = random.next() * people.reduce((sum, { talkative }) => sum + talkative, 0);
  return people.find(({ talkative }) => (left -= talkative) < 0) ?? people[0];
}

/** The comments under a post, not in order. A person who is anonymous once stays so in the whole thread. */
function discuss(post: DemoPost, now: number, random: Random): DemoComment[] {
  const names = new Map<Person, boolean>([[post.author, post.anonymous]]);
  const write = (author: Person, text: string, root: DemoComment | null, at: number): DemoComment => {
    if (!names.has(author)) names.set(author, post.board.allowAnonymous !== false && random.chance(0.8));
    return { id: 0, post, root, author, anonymous: names.get(author)!, text, at };
  };
  // Those who have not written yet come first.
  const somebody = (...not: Person[]) => {
    const able = post.readers.filter((reader) => !not.includes(reader));
    const silent = able.filter((reader) => !names.has(reader));
    return someone(silent.length > 0 ? silent : able, random);
  };
  if (post.readers.length < 3) return [];
  const { inTurn = false, heat } = post.talk;
  const written: DemoComment[] = [];
  let previous = post.author;
  let last = post.at;
  for (const thread of inTurn ? post.told.threads : random.shuffled(post.told.threads)) {
    if (!inTurn && !random.chance(0.4 + 0.4 * heat)) continue;
    const commenter = somebody(previous);
    const at = inTurn ? later(last, now, HOUR / 4, random) : later(post.at, now, 10 * HOUR, random);
    const top = write(commenter, thread.text, null, at);
    written.push(top);
    previous = commenter;
    last = at;
    for (const { by, text } of thread.replies) {
      const speaker = { postAuthor: post.author, commentAuthor: commenter, somebody: null }[by];
      last = later(last, now, inTurn ? HOUR / 4 : 2 * HOUR, random);
      previous = speaker ?? somebody(commenter, previous);
      written.push(write(previous, text, top, last));
    }
  }
  return written;
}

/** A moment between `then` and `now`, more often early than late. */
function later(then: number, now: number, scale: number, random: Random): number {
  const delay = -Math.log(1 - random.next()) * scale;
  return Math.min(now, Math.floor(then + Math.min(delay, (now - then) * random.between(0.05, 0.5))) + 1);
}

/** A person who replies has read the post, also its author. */
function addReaders(posts: DemoPost[], comments: DemoComment[]): void {
  const readers = new Map(posts.map((post) => [post, new Set(post.readers)]));
  for (const { post, author } of comments) readers.get(post)!.add(author);
  for (const post of posts) post.readers = [...readers.get(post)!];
}

function likePost(post: DemoPost, now: number, random: Random): Like[] {
  const likeable = post.talk.heat * random.between(0.1, 0.68);
  return post.readers
    .filter((reader) => reader !== post.author && random.chance(likeable))
    .map(({ id }) => ({ target: post.id, account: id, at: later(post.at, now, 12 * HOUR, random) }));
}

function likeComment(comment: DemoComment, now: number, random: Random): Like[] {
  const likeable = random.chance(0.25) ? random.between(0.05, 0.35) : 0.02;
  return comment.post.readers
    .filter((reader) => reader !== comment.author && random.chance(likeable))
    .map(({ id }) => ({ target: comment.id, account: id, at: later(comment.at, now, 12 * HOUR, random) }));
}

function scrap(post: DemoPost, now: number, random: Random): Like[] {
  const useful = { info: 0.2, career: 0.12, recruit: 0.08 }[String(post.talk.mood)] ?? 0.03;
  return post.readers
    .filter((reader) => reader !== post.author && random.chance(useful))
    .map(({ id }) => ({ target: post.id, account: id, at: later(post.at, now, 24 * HOUR, random) }));
}
