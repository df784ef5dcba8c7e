/** The path of a route with its leading slash, and without one at the end. */
export function plainPath(path: string): string {
  return `/${path.replace(/^\/+|\/+$/g, '')}`;
}
