/** Whether a path is ignored by the options: a string is an exact path, a RegExp is searched for. */
export function ignoredPaths(ignore: readonly (string | RegExp)[]): ((url: string | undefined) => boolean) | undefined {
  if (ignore.length === 0) return undefined;
  const exact = new Set(ignore.filter((one) => typeof one === 'string'));
  const patterns = ignore.filter((one) => one instanceof RegExp);
  return (url = '') => {
    const path = url.split(/[?#]/, 1)[0] ?? '';
    // search() keeps no state, unlike test() with the g flag.
    return exact.has(path) || patterns.some((pattern) => path.search(pattern) !== -1);
  };
}
