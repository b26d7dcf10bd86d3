import { Unavailable } from '../../common/problems/general.errors.js';
import { RequestIsOver } from '../../common/problems/request-is-over.js';
import { REFUSAL } from '../refusal-delay.js';

/** For whom a password is hashed. */
export interface Asker {
  /** The username in lower case. Names without an account share one text in each network. */
  account: string;
  /** From `networkOf`. */
  network: string;
  /** Whether the request was answered, for example at its deadline, or the client has disconnected. */
  isOver(): boolean;
  /** Waits while the request does not count among those in flight: many log-ins must not stop all other requests. */
  withoutPlace<T>(wait: () => Promise<T>): Promise<T>;
}

/** For commands of the CLI. */
export const OPERATOR: Asker = { account: '', network: '', isOver: () => false, withoutPlace: (wait) => wait() };

interface Turn {
  isOver(): boolean;
  start(): Promise<void>;
  refuse(): void;
}

interface Account {
  name: string;
  network: string;
  turns: Turn[];
}

/** Further hashes would miss the deadline of their request. */
const MAX_WAITING = 60;

/**
 * One hash at a time, round robin: the networks take turns, and in each network its accounts. An account waits in one
 * network only, so that requests from many networks give it no more turns.
 */
export class HashQueue {
  /** Networks, and the accounts in each, in the order of their turns. */
  private readonly networks = new Map<string, Account[]>();
  private readonly accounts = new Map<string, Account>();
  private waiting = 0;
  private isBusy = false;

  /** @throws Unavailable when the queue is full, RequestIsOver when its turn comes and the request is over */
  run<T>(asker: Asker, work: () => Promise<T>): Promise<T> {
    return asker.withoutPlace(() => this.turn(asker, work));
  }

  private turn<T>(asker: Asker, work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const start = () => Promise.resolve().then(work).then(resolve, reject);
      const refuse = () => {
        if (asker.isOver()) reject(new RequestIsOver());
        else setTimeout(() => reject(new Unavailable({ headers: { 'Retry-After': '5' } })), REFUSAL.milliseconds);
      };
      this.add(asker, { isOver: asker.isOver, start, refuse });
      if (this.waiting > MAX_WAITING) this.takeNewest().refuse();
      if (!this.isBusy) void this.drain();
    });
  }

  private async drain(): Promise<void> {
    this.isBusy = true;
    while (this.waiting > 0) {
      const turn = this.takeNext();
      if (turn.isOver()) turn.refuse();
      else await turn.start();
    }
    this.isBusy = false;
  }

  private add(asker: Asker, turn: Turn): void {
    const account = this.accounts.get(asker.account) ?? this.enter(asker);
    account.turns.push(turn);
    this.waiting += 1;
  }

  private enter(asker: Asker): Account {
    const account = { name: asker.account, network: asker.network, turns: [] };
    this.accounts.set(account.name, account);
    const neighbours = this.networks.get(account.network);
    if (neighbours) neighbours.push(account);
    else this.networks.set(account.network, [account]);
    return account;
  }

  private takeNext(): Turn {
    const [[network, accounts]] = this.networks;
    const [account] = accounts;
    const turn = account.turns.shift()!;
    this.waiting -= 1;
    // Account and network go to the ends of their lists.
    accounts.push(accounts.shift()!);
    this.networks.delete(network);
    this.networks.set(network, accounts);
    this.removeIfDone(account);
    return turn;
  }

  /** From the account with the most turns; if each has one, from the network with the most accounts. */
  private takeNewest(): Turn {
    const busiest = mostOf([...this.accounts.values()], ({ turns }) => turns.length);
    const crowded = mostOf([...this.networks.values()], (accounts) => accounts.length);
    const account = busiest.turns.length > 1 ? busiest : crowded.at(-1)!;
    const turn = account.turns.pop()!;
    this.waiting -= 1;
    this.removeIfDone(account);
    return turn;
  }

  private removeIfDone(account: Account): void {
    if (account.turns.length > 0) return;
    this.accounts.delete(account.name);
    const neighbours = this.networks.get(account.network)!;
    neighbours.splice(neighbours.indexOf(account), 1);
    if (neighbours.length === 0) this.networks.delete(account.network);
  }
}

/** Never called with an empty list; the last among equals. */
function mostOf<T>(list: T[], size: (one: T) => number): T {
  return list.reduce((most, one) => (size(one) >= size(most) ? one : most));
}
