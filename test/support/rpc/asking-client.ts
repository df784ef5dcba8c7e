import { type ClientProxy } from '@nestjs/microservices';
import { lastValueFrom, toArray } from 'rxjs';

/** Counts what it sent and got, as the server should have counted it. */
export class AskingClient {
  /** By pattern and outcome: `dog.bite error`. */
  readonly counts = new Map<string, number>();

  constructor(readonly proxy: ClientProxy) {}

  /** All values of the answer, or the error. */
  async ask(pattern: string | object, data: unknown = ''): Promise<unknown> {
    try {
      const values = await lastValueFrom(this.proxy.send<unknown>(pattern, data).pipe(toArray()));
      this.count(pattern, 'success');
      return values;
    } catch (error) {
      this.count(pattern, 'error');
      return error;
    }
  }

  /** @param outcome that the handler has; the client never hears of it */
  async tell(pattern: string | object, data: unknown, outcome: 'success' | 'error'): Promise<void> {
    await lastValueFrom(this.proxy.emit(pattern, data), { defaultValue: undefined });
    this.count(pattern, outcome);
  }

  private count(pattern: string | object, outcome: string): void {
    const key = `${typeof pattern === 'string' ? pattern : sorted(pattern)} ${outcome}`;
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
  }
}

/** As Nest serialises a pattern. */
function sorted(pattern: object): string {
  const entries = Object.entries(pattern).toSorted(([one], [other]) => one.localeCompare(other));
  const parts = entries.map(
    ([key, value]) => `"${key}":${typeof value === 'object' ? sorted(value as object) : JSON.stringify(value)}`,
  );
  return `{${parts.join(',')}}`;
}
