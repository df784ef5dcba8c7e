/** The path of a route with a leading slash and without a trailing one. */
export function plainPath(path: string): string {
  return `/${path.replace(/^\/+|\/+$/g, '')}`;
}
