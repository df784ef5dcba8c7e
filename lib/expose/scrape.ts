import { type FamilyGroups } from './family-groups.js';
import { type Filter, filtered } from './filter.js';
import { type ExpositionFormat } from './formats/format.js';
import { render } from './formats/render.js';
import { type Reading } from './reading.js';
import { SharedWork } from './shared-work.js';

/** A reading, and what was rendered from it: once per format and filter, however many ask. */
export class Scrape {
  private readonly rendered = new Map<string, SharedWork<readonly Buffer[]>>();

  /** `isComplete` says that more time would have brought nothing more. */
  constructor(
    private readonly reading: Reading,
    readonly isComplete: boolean,
    private readonly groups: FamilyGroups,
  ) {}

  /** Rejects when `gone` is aborted first; the rendering ends when all who wait for it are gone. */
  as(format: ExpositionFormat, gone?: AbortSignal, filter?: Filter): Promise<readonly Buffer[]> {
    const key = JSON.stringify([format.contentType, filter]);
    const known = this.rendered.get(key);
    if (known !== undefined && !known.isGivenUp) return known.for(gone);
    const made = new SharedWork((givenUp) => render(filtered(this.reading, filter, this.groups), format, givenUp));
    this.rendered.set(key, made);
    return made.for(gone);
  }
}
