import { type Filter } from './filter.js';

const MAX_QUERY_LENGTH = 64 * 1024;
const MAX_PARAMETERS = 1024;

/** The filter of a query string, or the sentence that says what is wrong with it. */
export type FilterQuery =
  | { readonly filter: Filter | undefined; readonly fault?: undefined }
  | { readonly filter?: undefined; readonly fault: string };

/** The values of the parameters that we read, each value once. */
interface Asked {
  readonly 'name[]': Set<string>;
  readonly 'collect[]': Set<string>;
  readonly 'exclude[]': Set<string>;
}

/**
 * Reads the filter of a request, in time proportional to the length of the query string. Other parameters are ignored,
 * except that they count towards the number of parameters.
 *
 * @param groups every group that can be asked for
 */
export function filterQuery(url: string | undefined, groups: readonly string[]): FilterQuery {
  const query = queryOf(url);
  if (query.length > MAX_QUERY_LENGTH) return { fault: 'The query string is too long.' };
  const parameters = query.split('&', MAX_PARAMETERS + 1);
  if (parameters.length > MAX_PARAMETERS) {
    return { fault: `The query string has more than ${MAX_PARAMETERS} parameters.` };
  }
  const asked = readParameters(parameters);
  if (asked === undefined) return { fault: 'The percent-encoding of the query string is not valid.' };
  const known = new Set(groups);
  const isKnown = [...asked['collect[]'], ...asked['exclude[]']].every((group) => known.has(group));
  if (!isKnown) return { fault: `Expected collect[] and exclude[] to be one of these groups: ${groups.join(', ')}.` };
  return { filter: filterOf(asked, groups) };
}

function queryOf(url = ''): string {
  const at = url.indexOf('?');
  return at === -1 ? '' : url.slice(at + 1);
}

/** Undefined if the value of one of our parameters cannot be decoded. */
function readParameters(parameters: readonly string[]): Asked | undefined {
  const asked: Asked = { 'name[]': new Set(), 'collect[]': new Set(), 'exclude[]': new Set() };
  for (const parameter of parameters) {
    const end = parameter.indexOf('=');
    const name = decoded(end === -1 ? parameter : parameter.slice(0, end));
    if (name === undefined || !isOurs(name)) continue;
    const value = decoded(end === -1 ? '' : parameter.slice(end + 1));
    if (value === undefined) return undefined;
    asked[name].add(value);
  }
  return asked;
}

function isOurs(name: string): name is keyof Asked {
  return name === 'name[]' || name === 'collect[]' || name === 'exclude[]';
}

/** As forms are encoded, where a plus sign is a space. Undefined for text that is not valid. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

/** Undefined if everything is asked for, so that such a scrape shares the work of those without a filter. */
function filterOf(asked: Asked, groups: readonly string[]): Filter | undefined {
  const names = asked['name[]'].size === 0 ? undefined : [...asked['name[]']].toSorted();
  const wanted = groups.filter((group) => isWanted(group, asked));
  const isEveryGroup = wanted.length === groups.length;
  if (names === undefined && isEveryGroup) return undefined;
  return { names, groups: isEveryGroup ? undefined : wanted };
}

function isWanted(group: string, asked: Asked): boolean {
  const isCollected = asked['collect[]'].size === 0 || asked['collect[]'].has(group);
  return isCollected && !asked['exclude[]'].has(group);
}
