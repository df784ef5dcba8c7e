/** So many at a time in the first round, and in those that follow. */
export interface Pace {
  readonly first: number;
  readonly later: number;
}

/** The newest of many are looked at always; of the others a few each time, until it is their turn again. */
const ALWAYS = 2;

/** Goes round the ages of something, of which 0 is the newest: what changes most is seen at once, the rest in time. */
export class Rotation {
  private next = ALWAYS;
  private isFirstRound = true;

  constructor(
    private readonly size: number,
    private readonly pace: Pace,
  ) {}

  /** Every age has had its turn. */
  get isComplete(): boolean {
    return !this.isFirstRound || this.size <= ALWAYS;
  }

  /** The ages to look at now. */
  turn(): readonly number[] {
    const count = this.isFirstRound ? this.pace.first : this.pace.later;
    const from = this.next;
    const until = Math.min(from + count, this.size);
    this.next = until < this.size ? until : ALWAYS;
    if (until >= this.size) this.isFirstRound = false;
    const newest = Math.min(ALWAYS, this.size);
    return [...ages(0, newest), ...ages(from, until)];
  }

  restart(): void {
    this.next = ALWAYS;
    this.isFirstRound = true;
  }
}

function ages(from: number, until: number): readonly number[] {
  return Array.from({ length: Math.max(0, until - from) }, (_, i) => from + i);
}
