import type { Reader } from '../../database/reader.js';
import { int, selection } from '../../database/selection.js';
import { anywhere, containing } from './search-words.js';

/** Posts in the sample for the frequency of a pair of letters. */
const SAMPLE = 300;
/** Pairs that are compared. A long query has enough rare pairs among its first. */
const COMPARED = 10;
const CHOSEN = 4;
const NEWEST = selection({ id: int('COALESCE(MAX(id), 0)') });

/**
 * The frequency of pairs of letters, estimated from posts that are spread evenly over the ids. The index has no
 * statistics, and counting with it costs as much as a search: the pairs of `습니다` are in 85 % of the posts, and take a
 * second.
 */
export class PairStatistics {
  constructor(private readonly database: Pick<Reader, 'selectOne'>) {}

  /** The pairs that are about as rare as the rarest, and the number of posts with that one. */
  async rarest(pairs: string[]): Promise<{ pairs: string[]; matches: number }> {
    if (pairs.length === 0) return { pairs: [], matches: 0 };
    const compared = pairs.slice(0, COMPARED);
    const { posts, looked, having } = await this.sample(compared);
    const fewest = Math.min(...having);
    // A rare pair is quick to read and saves look-ups. A frequent one costs more than it saves.
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
