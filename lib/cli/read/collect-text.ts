import { CommandFault } from '../command-fault.js';

/** More than any exposition that Prometheus should read; an endpoint without an end stops here. */
export const MOST_BYTES = 64 * 1024 * 1024;

/** Everything that a stream gives, as text. */
export async function collectText(stream: AsyncIterable<Uint8Array | string>, shown: string): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) {
      throw new CommandFault(`${shown} is longer than ${MOST_BYTES / 1024 / 1024} MiB. Nothing of it was checked.`);
    }
    chunks.push(Buffer.from(chunk as Uint8Array));
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new CommandFault(`${shown} is not text in UTF-8.`);
  }
}
