import { ExpositionFault } from '../../../lib/exposition/exposition-fault.js';
import { checkFamily } from './family-rules.js';
import {
  type ExpositionFormat,
  type Family,
  type MetricType,
  sampleNames,
  type Sample,
} from '../../../lib/exposition/family.js';
import { type Metadata } from '../../../lib/exposition/metadata-line.js';
import { seriesIdentity } from '../../../lib/exposition/series-identity.js';

interface OpenFamily {
  readonly name: string;
  readonly lineNumber: number;
  type?: MetricType;
  help?: string;
  unit?: string;
  readonly samples: Sample[];
}

/** Puts lines together to families and holds the rules between lines: order, grouping, uniqueness, clashing names. */
export class FamilyCollector {
  readonly families = new Map<string, Family>();
  /** By the name a sample can have, the family that may use it. */
  readonly #owners = new Map<string, string>();
  readonly #identities = new Set<string>();
  #current: OpenFamily | undefined;

  constructor(readonly format: ExpositionFormat) {}

  describe(metadata: Metadata, lineNumber: number): void {
    const family = this.#familyFor(metadata.family, lineNumber);
    const { kind } = metadata;
    if (family.samples.length > 0)
      throw new ExpositionFault(`${kind} of ${family.name} behind its samples`, lineNumber);
    const property = ({ TYPE: 'type', HELP: 'help', UNIT: 'unit' } as const)[kind];
    if (family[property] !== undefined) throw new ExpositionFault(`A second ${kind} of ${family.name}`, lineNumber);
    if (metadata.kind === 'TYPE') this.#declare(family, metadata.type, lineNumber);
    else if (metadata.kind === 'HELP') family.help = metadata.help;
    else family.unit = metadata.unit;
  }

  add(sample: Sample): void {
    const owner = this.#owners.get(sample.name);
    if (owner === undefined || owner !== this.#current?.name) {
      const what = owner === undefined ? 'has no TYPE before it' : `is apart from the others of ${owner}`;
      throw new ExpositionFault(`Sample ${sample.name} ${what}`, sample.lineNumber);
    }
    const { type = 'untyped' } = this.#current;
    if (!sampleNames(this.format, type, owner).includes(sample.name)) {
      throw new ExpositionFault(`Sample ${sample.name} does not fit family ${owner}, a ${type}`, sample.lineNumber);
    }
    const identity = seriesIdentity(sample.name, sample.labels);
    if (this.#identities.has(identity)) throw new ExpositionFault(`A second ${identity}`, sample.lineNumber);
    this.#identities.add(identity);
    this.#current.samples.push(sample);
  }

  finish(): ReadonlyMap<string, Family> {
    this.#close();
    return this.families;
  }

  #familyFor(name: string, lineNumber: number): OpenFamily {
    if (this.#current?.name === name) return this.#current;
    this.#close();
    if (this.families.has(name)) throw new ExpositionFault(`Family ${name} appears a second time`, lineNumber);
    return (this.#current = { name, lineNumber, samples: [] });
  }

  /** A gauge foo_bucket beside a histogram foo would make it impossible to say whose sample `foo_bucket` is. */
  #declare(family: OpenFamily, type: MetricType, lineNumber: number): void {
    for (const name of new Set([family.name, ...sampleNames(this.format, type, family.name)])) {
      const owner = this.#owners.get(name);
      if (owner !== undefined) throw new ExpositionFault(`${name} clashes with family ${owner}`, lineNumber);
      this.#owners.set(name, family.name);
    }
    family.type = type;
  }

  #close(): void {
    if (!this.#current) return;
    const { name, lineNumber, type, help, unit, samples } = this.#current;
    if (type === undefined) throw new ExpositionFault(`Family ${name} has no TYPE`, lineNumber);
    const family = { name, type, help, unit, samples };
    checkFamily(family, this.format);
    this.families.set(name, family);
    this.#current = undefined;
  }
}
