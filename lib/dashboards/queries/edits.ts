/** A part of a text and what takes its place. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** The text with all edits, none of which overlap. */
export function withEdits(original: string, edits: readonly Edit[]): string {
  const lastFirst = edits.toSorted((a, b) => b.from - a.from);
  return lastFirst.reduce((text, edit) => text.slice(0, edit.from) + edit.text + text.slice(edit.to), original);
}
