/** The result of a check: whether the credentials are right, or that there is no time to check them now. */
export type Verdict = 'right' | 'wrong' | 'busy';

interface Waiting {
  readonly verify: () => Promise<boolean>;
  readonly since: number;
  readonly resolve: (verdict: Verdict) => void;
  readonly reject: (error: unknown) => void;
}

const MAX_WAITING = 64;
const MAX_WAITING_OF_ONE = 4;
/** The client of a request that waits longer has probably left. */
const MAX_WAIT_MS = 10_000;
/** After a wrong password, the queue rests for this many times the duration of its verification. */
const REST_FACTOR = 3;

/**
 * Verifies one password at a time, because each takes CPU time, memory and a thread of the application. The networks
 * that clients come from take turns, so that nobody waits behind all attempts of another one. After a wrong password,
 * the queue rests, so that guessing takes a quarter of one thread at most.
 */
export class VerificationQueue {
  /** By network, in the order of their turns. Networks without a waiting verification are not in it. */
  private readonly waiting = new Map<string, Waiting[]>();
  private count = 0;
  private isBusy = false;

  add(network: string, verify: () => Promise<boolean>): Promise<Verdict> {
    const ofNetwork = this.waiting.get(network) ?? [];
    if (this.count >= MAX_WAITING || ofNetwork.length >= MAX_WAITING_OF_ONE) return Promise.resolve('busy');
    return new Promise((resolve, reject) => {
      this.count += 1;
      this.waiting.set(network, ofNetwork);
      ofNetwork.push({ verify, since: performance.now(), resolve, reject });
      if (!this.isBusy) void this.work();
    });
  }

  private async work(): Promise<void> {
    this.isBusy = true;
    for (let next = this.next(); next !== undefined; next = this.next()) {
      const restMs = await this.verify(next);
      if (restMs > 0) await rest(restMs);
    }
    this.isBusy = false;
  }

  /** @returns how long to rest, in milliseconds */
  private async verify({ verify, since, resolve, reject }: Waiting): Promise<number> {
    const startedAt = performance.now();
    if (startedAt - since > MAX_WAIT_MS) {
      resolve('busy');
      return 0;
    }
    try {
      const isRight = await verify();
      resolve(isRight ? 'right' : 'wrong');
      if (isRight) return 0;
    } catch (error) {
      reject(error);
    }
    return REST_FACTOR * (performance.now() - startedAt);
  }

  /** The first one of the network whose turn it is; the network then waits for all others. */
  private next(): Waiting | undefined {
    const [network, ofNetwork] = this.waiting.entries().next().value ?? [];
    if (network === undefined || ofNetwork === undefined) return undefined;
    this.count -= 1;
    const first = ofNetwork.shift();
    this.waiting.delete(network);
    if (ofNetwork.length > 0) this.waiting.set(network, ofNetwork);
    return first;
  }
}

function rest(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms).unref());
}
