/** One number to be added to one field. */
export interface Increment {
  readonly key: string;
  readonly field: string;
  readonly by: number;
  /** When the key may be forgotten, in milliseconds since 1970; undefined for never. */
  readonly untilMs: number | undefined;
}

interface PendingKey {
  readonly untilMs: number | undefined;
  readonly fields: Map<string, number>;
}

/**
 * What is still to be delivered, added up by key and field: an outage makes it no longer than the history is, and what
 * the history no longer reaches is let go.
 */
export class Pending {
  private readonly keys = new Map<string, PendingKey>();

  get isEmpty(): boolean {
    return this.keys.size === 0;
  }

  add({ key, field, by, untilMs }: Increment): void {
    if (by === 0) return;
    let pending = this.keys.get(key);
    if (pending === undefined) this.keys.set(key, (pending = { untilMs, fields: new Map() }));
    pending.fields.set(field, (pending.fields.get(field) ?? 0) + by);
  }

  /** Takes out the oldest, at most so many of them. */
  take(most: number): Increment[] {
    const taken: Increment[] = [];
    for (const [key, { untilMs, fields }] of this.keys) {
      for (const [field, by] of fields) {
        if (taken.length === most) return taken;
        taken.push({ key, field, by, untilMs });
        fields.delete(field);
      }
      this.keys.delete(key);
    }
    return taken;
  }

  forget(nowMs: number): void {
    for (const [key, { untilMs }] of this.keys) if (untilMs !== undefined && untilMs <= nowMs) this.keys.delete(key);
  }
}
