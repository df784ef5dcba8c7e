import { type ExpositionSource, type ScrapeQuestion } from '../../exposition-source.js';
import { byteLength } from '../../send.js';
import { type Post } from './post.js';

/** Answers for the route inside the application, which sends them itself. */
export class AskedAnswers {
  private readonly leaving = new Map<number, AbortController>();

  constructor(
    private readonly source: ExpositionSource,
    private readonly post: Post,
  ) {}

  async answer(id: number, question: ScrapeQuestion): Promise<void> {
    const leaving = new AbortController();
    this.leaving.set(id, leaving);
    try {
      const answer = await this.source.answer(question, leaving.signal);
      // A copy, for others may be sent the same pieces. Its memory goes to the other thread.
      const body = joined(answer.pieces);
      this.post({ kind: 'answer', id, answer: { ...answer, pieces: [body] } }, [body.buffer]);
    } catch (error) {
      if (!leaving.signal.aborted) this.post({ kind: 'failed', id, error: String(error) });
    } finally {
      this.leaving.delete(id);
    }
  }

  gone(id: number): void {
    this.leaving.get(id)?.abort();
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(byteLength(pieces));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.byteLength;
  }
  return all;
}
