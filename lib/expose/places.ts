/**
 * The scrapes that may be under way. One of the places is kept free from each address, so that nobody can take them all
 * from the others.
 */
export class Places {
  private readonly taken = new Map<string, number>();
  private readonly mostOfOne: number;
  private total = 0;

  constructor(private readonly limit: number) {
    this.mostOfOne = Math.max(1, limit - 1);
  }

  /** Gives how to leave the place again; undefined when there is none. */
  take(address: string): (() => void) | undefined {
    const taken = this.taken.get(address) ?? 0;
    if (this.total >= this.limit || taken >= this.mostOfOne) return undefined;
    this.total += 1;
    this.taken.set(address, taken + 1);
    return () => this.leave(address);
  }

  private leave(address: string): void {
    this.total -= 1;
    const left = (this.taken.get(address) ?? 1) - 1;
    if (left > 0) this.taken.set(address, left);
    else this.taken.delete(address);
  }
}
