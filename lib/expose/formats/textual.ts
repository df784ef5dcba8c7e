import { type ExpositionFormat } from './format.js';
import { foreignLine, seriesLines } from './lines.js';
import { type TextFormat } from './text-format.js';

/** A format of lines. */
export function textual(format: TextFormat): ExpositionFormat {
  return {
    contentType: format.contentType,
    familyName: (family) => format.familyName(family),
    own(family, chunks, page) {
      const lines = seriesLines(family, format);
      page.text(format.head(family));
      return { write: (series) => lines(page, series, chunks), end: () => undefined };
    },
    foreign(family, page) {
      page.text(format.head(family));
      return { write: (sample) => page.text(foreignLine(sample, family, format)), end: () => undefined };
    },
    end: (page) => page.text(format.end),
  };
}
