/** Enough for the reason of a refusal. */
const MOST_BYTES = 4096;

/** The beginning of an answer, as far as it comes. */
export async function answerText({ body }: Response): Promise<string> {
  if (body === null) return '';
  const reader = (body as ReadableStream<Uint8Array>).getReader();
  const pieces: Uint8Array[] = [];
  try {
    for (let bytes = 0; bytes < MOST_BYTES; bytes += pieces.at(-1)!.byteLength) {
      const { done, value } = await reader.read();
      if (done) break;
      pieces.push(value);
    }
  } catch {
    // Cut off or too slow: the status has been received.
  }
  return Buffer.concat(pieces).subarray(0, MOST_BYTES).toString();
}
