import { identityOf, labelPairs } from './label-pairs.js';

/**
 * Things by their label set, given as label text. Another release may have the labels in another order. Nearly always the
 * text is the same, so that one look is enough.
 */
export class LabelSets<T> {
  private readonly byText = new Map<string, T>();
  /** Made when a text is looked up that is not known. */
  private byIdentity: Map<string, T> | undefined;

  get(labels: string): T | undefined {
    return this.byText.get(labels) ?? this.findAlike(labels);
  }

  set(labels: string, value: T): void {
    this.byText.set(labels, value);
    this.byIdentity?.set(identity(labels), value);
  }

  private findAlike(labels: string): T | undefined {
    this.byIdentity ??= new Map(Array.from(this.byText, ([text, value]) => [identity(text), value]));
    const found = this.byIdentity.get(identity(labels));
    if (found !== undefined) this.byText.set(labels, found);
    return found;
  }
}

function identity(labels: string): string {
  return identityOf(labelPairs(labels));
}
