/** A row of a table that is shown for as long as its key is. */
export interface Row<Item> {
  readonly root: HTMLElement;
  show(item: Item): void;
}

export interface KeyedRows<Item> {
  readonly key: (item: Item) => string;
  readonly row: () => Row<Item>;
}

/** Keeps the rows of the keys that stay and moves only what changed its place: what is selected stays selected. */
export function keyedRows<Item>(parent: HTMLElement, { key, row }: KeyedRows<Item>): (items: readonly Item[]) => void {
  let rows = new Map<string, Row<Item>>();
  return (items) => {
    const wanted = new Map<string, Row<Item>>();
    for (const item of items) {
      const one = rows.get(key(item)) ?? row();
      one.show(item);
      wanted.set(key(item), one);
    }
    for (const [name, { root }] of rows) if (!wanted.has(name)) root.remove();
    placeInOrder(parent, [...wanted.values()]);
    rows = wanted;
  };
}

function placeInOrder<Item>(parent: HTMLElement, rows: readonly Row<Item>[]): void {
  let next = parent.firstChild;
  for (const { root } of rows) {
    if (root === next) next = next.nextSibling;
    else parent.insertBefore(root, next);
  }
}
