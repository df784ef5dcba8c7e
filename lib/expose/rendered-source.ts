import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import { type ExpositionSource, type ScrapeAnswer, type ScrapeQuestion } from './exposition-source.js';
import { type ExpositionFormat } from './formats/format.js';
import { otlp } from './formats/otlp/otlp.js';
import { negotiateFormat } from './negotiate.js';
import { type Scraper } from './scraper.js';
import { byteLength } from './send.js';

/** Below this the answer fits into one packet without compression. */
const MIN_GZIP_BYTES = 1400;

/** The fastest level: better ones take CPU time from the application, and the scraper is usually near. */
const compress = promisify(gzip);
const GZIP_OPTIONS = { level: constants.Z_BEST_SPEED };

/** Renders and compresses in this thread. */
export class RenderedSource implements ExpositionSource {
  constructor(private readonly scraper: Pick<Scraper, 'scrape'>) {}

  async answer(question: ScrapeQuestion, gone?: AbortSignal): Promise<ScrapeAnswer> {
    const { acceptsGzip, timeoutSeconds, filter } = question;
    const format = formatOf(question);
    const scrape = await this.scraper.scrape(timeoutSeconds, gone, filter);
    const pieces = await scrape.as(format, gone, filter);
    // zlib cannot be stopped: who asks waits until it is done.
    const compressed = acceptsGzip ? await compressedPieces(pieces) : undefined;
    return { contentType: format.contentType, isGzip: compressed !== undefined, pieces: compressed ?? pieces };
  }
}

function formatOf({ format, accept }: ScrapeQuestion): ExpositionFormat {
  return format === 'otlp' ? otlp(Date.now() / 1000) : negotiateFormat(accept);
}

async function compressedPieces(pieces: readonly Buffer[]): Promise<readonly Buffer[] | undefined> {
  const size = byteLength(pieces);
  return size < MIN_GZIP_BYTES ? undefined : [await compress(Buffer.concat(pieces, size), GZIP_OPTIONS)];
}
