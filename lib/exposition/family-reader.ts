import { ExpositionFault } from './exposition-fault.js';
import { type LineReader, readLines } from './exposition-lines.js';
import { type ExpositionFormat, type Family, type MetricType, sampleNames, type Sample } from './family.js';
import { type Metadata } from './metadata-line.js';

interface OpenFamily {
  readonly name: string;
  type?: MetricType;
  help?: string;
  unit?: string;
  readonly samples: Sample[];
}

/**
 * Reads an exposition as Prometheus does. Lines that can be parsed are accepted: a sample without a TYPE, a family
 * without samples and a duplicate series are left to the caller to judge. The text is read as OpenMetrics if it ends in
 * `# EOF`, and as the Prometheus text format otherwise.
 *
 * @errors throws an `ExpositionFault` with the number and the text of the first line that cannot be read
 */
export function readFamilies(text: string): ReadonlyMap<string, Family> {
  const reader = new FamilyReader(/(?:^|\n)# EOF\n?$/.test(text) ? 'openmetrics' : 'text');
  readLines(text, reader);
  return reader.families();
}

class FamilyReader implements LineReader {
  private readonly open = new Map<string, OpenFamily>();
  /** The family of each sample name, known from its TYPE. */
  private readonly owners = new Map<string, OpenFamily>();

  constructor(readonly format: ExpositionFormat) {}

  describe(metadata: Metadata, lineNumber: number): void {
    const family = this.familyFor(metadata.family);
    if (metadata.kind === 'HELP') family.help = metadata.help;
    else if (metadata.kind === 'UNIT') family.unit = metadata.unit;
    else this.declare(family, metadata.type, lineNumber);
  }

  add(sample: Sample): void {
    const family = this.owners.get(sample.name) ?? this.familyFor(sample.name);
    family.samples.push(sample);
  }

  families(): ReadonlyMap<string, Family> {
    const untyped = this.format === 'text' ? 'untyped' : 'unknown';
    const complete = Array.from(this.open.values(), ({ name, type = untyped, help, unit, samples }): Family => {
      return { name, type, help, unit, samples };
    });
    return new Map(complete.map((family) => [family.name, family]));
  }

  /** Samples before the TYPE would already be counted in another family. */
  private declare(family: OpenFamily, type: MetricType, lineNumber: number): void {
    const { name } = family;
    if (family.type !== undefined) throw new ExpositionFault(`A second TYPE of ${name}`, lineNumber);
    if (family.samples.length > 0) throw new ExpositionFault(`TYPE of ${name} after its samples`, lineNumber);
    family.type = type;
    for (const sampleName of sampleNames(this.format, type, name)) this.owners.set(sampleName, family);
  }

  private familyFor(name: string): OpenFamily {
    const known = this.open.get(name);
    if (known !== undefined) return known;
    const made = { name, samples: [] };
    this.open.set(name, made);
    return made;
  }
}
