import type { Reader } from '../../database/reader.js';
import { int, selection } from '../../database/selection.js';
import { anywhere, containing } from './search-words.js';

/** Posts that are looked at to learn how frequent a pair of letters is. */
const SAMPLE = 300;
/** Pairs that are compared; a long query has enough rare ones among its first. */
const COMPARED = 10;
const CHOSEN = 4;
const NEWEST = selection({ id: int('COALESCE(MAX(id), 0)') });

/**
 * How frequent pairs of letters are among all posts, estimated from some that are spread evenly over the ids. The index
 * has no statistics to ask, and to count with it costs as much as to search: `습니다` is made of pairs that stand in
 * 85 % of the posts, and takes a second.
 */
export class PairStatistics {
  constructor(private readonly database: Pick<Reader, 'selectOne'>) {}

  /** Those of the pairs that are about as rare as the rarest, and how many posts have that one. */
  async rarest(pairs: string[]): Promise<{ pairs: string[]; matches: number }> {
    if (pairs.length === 0) return { pairs: [], matches: 0 };
    const compared = pairs.slice(0, COMPARED);
    const { posts, looked, having } = await this.sample(compared);
    const fewest = Math.min(...having);
    // A pair that is about as rare costs little to read and spares look-ups; a frequent one is the other way round.
    const chosen = compared.filter((_, i) => having[i] <= 2 * fewest + 2).slice(0, CHOSEN);
    return { pairs: chosen, matches: (posts * Math.max(1, fewest)) / Math.max(1, looked) };
  }

  private async sample(pairs: string[]): Promise<{ posts: number; looked: number; having: number[] }> {
    const { id: posts } = (await this.database.selectOne(NEWEST, 'FROM posts'))!;
    const size = Math.min(SAMPLE, posts);
    const ids = Array.from({ length: size }, (_, i) => Math.floor(((i + 1) * posts) / size));
    const counts = pairs.map((_, i) => [`pair${i}`, int(`COUNT(IF(${containing}, 1, NULL))`)] as const);
    const row = await this.database.selectOne(
      selection(Object.fromEntries([['looked', int('COUNT(*)')], ...counts])),
      `FROM JSON_TABLE(?, '$[*]' COLUMNS (id INT UNSIGNED PATH '$')) j STRAIGHT_JOIN posts x ON x.id = j.id`,
      [...pairs.flatMap(anywhere), JSON.stringify(ids)],
    );
    return { posts, looked: row!.looked, having: counts.map(([name]) => row![name]) };
  }
}
