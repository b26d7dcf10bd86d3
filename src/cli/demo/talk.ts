import type { Random } from './random.js';
import { words } from './words.js';

export type Mood = 'question' | 'chat' | 'complaint' | 'market' | 'info' | 'recruit' | 'cheer' | 'lost' | 'career';

/**
 * A subject of conversation with several wordings. In all of its texts `[a|b|c]` is one of three, and `{subject}` is a
 * word from words.ts: the same one everywhere in the talk, another for `{subject2}`. A word may include its particle:
 * `{subject:은}` becomes 미적분학은 or 자료구조는.
 */
export interface Talk {
  title: string;
  body: string;
  /** Separated by spaces. */
  tags: string;
  /** Which general replies fit; without it none do. */
  mood?: Mood;
  /** From 0 to 1: how well people like it. */
  heat: number;
  /** From 0 to 1: the part of posts by name, where the board allows both. 0.2 by default. */
  named?: number;
  /** Each with its replies: `comment ↳ by somebody ↳글 by the post's author ↳본 by the comment's author`. */
  comments: string[];
  /** Each comment answers the one before: all of them are written, in their order. */
  inTurn?: boolean;
}

interface Reply {
  by: 'somebody' | 'postAuthor' | 'commentAuthor';
  text: string;
}

interface DemoThread {
  text: string;
  replies: Reply[];
}

/** A talk with its words chosen. */
export interface Told {
  title: string;
  body: string;
  tags: string[];
  threads: DemoThread[];
}

const SPEAKER = { '': 'somebody', 글: 'postAuthor', 본: 'commentAuthor' } as const;

/** @param further threads that fit the talk's mood */
export function tell(talk: Talk, further: string[], random: Random): Told {
  const chosen = new Map<string, string>();
  const say = (text: string) => fill(choose(text, random), chosen, random);
  return {
    title: say(talk.title),
    body: say(talk.body),
    tags: say(talk.tags.split(' ').join('\n')).split('\n'),
    threads: [...talk.comments, ...further].map((text) => threadOf(say(text))),
  };
}

function choose(text: string, random: Random): string {
  return text.replace(/\[([^[\]]*\|[^[\]]*)\]/g, (_, options: string) => random.pick(options.split('|')));
}

function fill(text: string, chosen: Map<string, string>, random: Random): string {
  return text.replace(/\{([a-z]+)(\d?)(?::([가-힣]+))?\}/g, (_, name: string, nth: string, particle?: string) => {
    let word = chosen.get(name + nth);
    if (word === undefined) {
      const taken = new Set(chosen.values());
      word = random.pick(words[name].filter((candidate) => !taken.has(candidate)));
      chosen.set(name + nth, word);
    }
    return particle ? withParticle(word, particle) : word;
  });
}

/** Each particle after a consonant, and after a vowel. */
const PARTICLES: Record<string, string> = { 은: '는', 이: '가', 을: '를', 이야: '야', 이었: '였' };

/** @param word that ends in a Hangul syllable */
export function withParticle(word: string, particle: string): string {
  const endsInConsonant = (word.codePointAt(word.length - 1)! - 0xac00) % 28 !== 0;
  return word + (endsInConsonant ? particle : PARTICLES[particle]);
}

function threadOf(text: string): DemoThread {
  const [first, ...replies] = text.split(/\s*↳/);
  return {
    text: first,
    replies: replies.map((reply) => {
      const [, mark, said] = /^([글본]?) (.*)$/s.exec(reply)!;
      return { by: SPEAKER[mark as keyof typeof SPEAKER], text: said };
    }),
  };
}
