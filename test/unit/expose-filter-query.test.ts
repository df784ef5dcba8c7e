import { describe, expect, it } from 'vitest';
import { filterQuery } from '../../lib/expose/filter-query.js';

const GROUPS = ['http', 'cache', 'application'];

const asked = (query: string) => filterQuery(`/metrics${query}`, GROUPS);
const filter = (names: readonly string[] | undefined, groups: readonly string[] | undefined) => ({
  filter: { names, groups },
});
const UNFILTERED = { filter: undefined };

describe('the filter of a query string', () => {
  it.each([
    ['no query', ''],
    ['an empty query', '?'],
    ['other parameters', '?a=1&b=%zz&name=up&collect=http&%zz[]=1&&='],
    ['every group by name', '?collect[]=application&collect[]=cache&collect[]=http'],
  ])('of %s is none', (_title, query) => {
    expect(asked(query)).toEqual(UNFILTERED);
    expect(filterQuery(undefined, GROUPS)).toEqual(UNFILTERED);
  });

  it.each([
    ['names, sorted and each once', '?name[]=b&name[]=a&name[]=b', filter(['a', 'b'], undefined)],
    ['encoded parameters', '?name%5B%5D=a%5fb&n%61me%5b%5d=c', filter(['a_b', 'c'], undefined)],
    ['a plus sign, which is a space', '?name[]=a+b', filter(['a b'], undefined)],
    ['a name without a value', '?name[]&name[]=', filter([''], undefined)],
    ['a value with further equals signs', '?name[]=a=b=c', filter(['a=b=c'], undefined)],
    ['the name of a property of every object', '?name[]=__proto__', filter(['__proto__'], undefined)],
    [
      'groups, in the order in which they are known',
      '?collect[]=cache&collect[]=http',
      filter(undefined, ['http', 'cache']),
    ],
    ['excluded groups', '?exclude[]=cache&exclude[]=cache', filter(undefined, ['http', 'application'])],
    [
      'a group that is excluded as well',
      '?collect[]=http&collect[]=cache&exclude[]=http',
      filter(undefined, ['cache']),
    ],
    ['nothing but an excluded group', '?collect[]=http&exclude[]=http', filter(undefined, [])],
    ['names and groups among others', '?a=1&collect[]=http&name[]=up&b', filter(['up'], ['http'])],
  ])('reads %s', (_title, query, expected) => {
    expect(asked(query)).toEqual(expected);
  });

  it.each([
    '?collect[]=htttp',
    '?exclude[]=',
    '?collect[]',
    '?collect[]=http&exclude[]=secret',
    '?collect[]=HTTP',
    '?collect[]=__proto__',
  ])('of %s is refused with the groups that there are', (query) => {
    expect(asked(query)).toEqual({
      fault: 'Expected collect[] and exclude[] to be one of these groups: http, cache, application.',
    });
  });

  it.each(['?name[]=%', '?name[]=%zz', '?collect[]=%c3%28', '?a=1&name%5b%5d=%e0%a4'])('of %s is refused', (query) => {
    expect(asked(query)).toEqual({ fault: 'The percent-encoding of the query string is not valid.' });
  });

  it('has at most 1,024 parameters', () => {
    const query = (count: number) => `?${Array.from({ length: count }, () => 'name[]=a').join('&')}`;
    expect(asked(query(1024))).toEqual(filter(['a'], undefined));
    expect(asked(query(1025))).toEqual({ fault: 'The query string has more than 1024 parameters.' });
    expect(asked(`?${'&'.repeat(1023)}`)).toEqual(UNFILTERED);
    expect(asked(`?${'&'.repeat(1024)}`)).toEqual({ fault: 'The query string has more than 1024 parameters.' });
  });

  it('has at most 64 KiB', () => {
    const query = (length: number) => `?name[]=${'a'.repeat(length - 'name[]='.length)}`;
    expect(asked(query(64 * 1024))).toEqual(filter(['a'.repeat(64 * 1024 - 7)], undefined));
    expect(asked(query(64 * 1024 + 1))).toEqual({ fault: 'The query string is too long.' });
  });

  it('can be sent to another thread', () => {
    const given = asked('?name[]=up&exclude[]=http');
    expect(structuredClone(given)).toEqual(given);
  });
});
