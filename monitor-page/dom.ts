type Attributes = Readonly<Record<string, string>>;

/** `text` becomes the text, which is never read as markup: names of routes are whatever a client asked for. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  { text, ...attributes }: Attributes = {},
  ...children: readonly Node[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text !== undefined) made.textContent = text;
  made.append(...children);
  return made;
}

/** Leaves equal text alone, so that a selection within it lasts from one update to the next. */
export function setText(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

/** Leaves an equal attribute alone: writing one makes the browser style the element anew. */
export function setAttribute(target: Element, name: string, value: string): void {
  if (target.getAttribute(name) !== value) target.setAttribute(name, value);
}

const SVG = 'http://www.w3.org/2000/svg';

/** A shape of one path in the colour of the text, on a field of 16 by 16; silent, as a word always stands beside it. */
export function shape(): { readonly root: SVGElement; draw(path: string): void } {
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('fill-rule', 'evenodd');
  const root = document.createElementNS(SVG, 'svg');
  root.setAttribute('viewBox', '0 0 16 16');
  root.setAttribute('aria-hidden', 'true');
  root.append(path);
  return { root, draw: (d) => setAttribute(path, 'd', d) };
}
