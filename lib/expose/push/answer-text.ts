/** Enough for the reason of a refusal. */
const MOST_BYTES = 4096;

/** The beginning of an answer, as far as it comes. What follows is not read, and the connection is closed. */
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
  await leave(reader);
  return Buffer.concat(pieces).subarray(0, MOST_BYTES).toString();
}

/** Leaves an answer unread. */
export async function discardAnswer({ body }: Response): Promise<void> {
  if (body !== null) await leave(body);
}

async function leave(stream: { cancel(): Promise<void> }): Promise<void> {
  try {
    await stream.cancel();
  } catch {
    // It has failed already.
  }
}
