import { type LoadRequest } from './load-driver.js';

const JSON_BODY = { 'content-type': 'application/json' };
const REX = JSON.stringify({ name: 'Rex', breed: 'Boxer', age: 3 });

/** One of everything that can become of a request to the sample application, under the route it is counted under. */
const ROUND: readonly LoadRequest[] = [
  { method: 'GET', path: '/', route: '/' },
  { method: 'GET', path: '/dogs', route: '/dogs' },
  { method: 'HEAD', path: '/dogs', route: '/dogs' },
  { method: 'GET', path: '/dogs/1?verbose=1', route: '/dogs/:id' },
  { method: 'GET', path: '/dogs/123456789', route: '/dogs/:id' },
  { method: 'GET', path: '/dogs/rex', route: '/dogs/:id' },
  { method: 'POST', path: '/dogs', route: '/dogs', headers: JSON_BODY, body: REX },
  { method: 'POST', path: '/dogs', route: '/dogs', headers: JSON_BODY, body: '{"name":1}' },
  { method: 'POST', path: '/dogs', route: '_unmatched', headers: JSON_BODY, body: '{"name":' },
  { method: 'PATCH', path: '/dogs/1', route: '/dogs/:id', headers: JSON_BODY, body: '{"age":4}' },
  { method: 'DELETE', path: '/dogs/123456789', route: '/dogs/:id' },
  { method: 'GET', path: '/walks', route: '/walks' },
  { method: 'GET', path: '/walks/one-by-one', route: '/walks/one-by-one' },
  { method: 'GET', path: '/walks/forecast', route: '/walks/forecast' },
  { method: 'GET', path: '/breeds', route: '/breeds' },
  { method: 'GET', path: '/slow-query?ms=5', route: '/slow-query' },
  { method: 'GET', path: '/slow-query?ms=-5', route: '/slow-query' },
  { method: 'GET', path: '/failing-query', route: '/failing-query' },
  { method: 'GET', path: '/slow?ms=5', route: '/slow' },
  { method: 'GET', path: '/slow?ms=5000', route: '/slow', abort: 'request sent' },
  { method: 'GET', path: '/error', route: '/error' },
  { method: 'GET', path: '/secret', route: '/secret' },
  { method: 'GET', path: '/hello?name=Rex', route: '/hello' },
  { method: 'GET', path: '/download', route: '/download' },
  { method: 'GET', path: '/wp-login.php?x=1', route: '_unmatched' },
  { method: 'DELETE', path: '/nowhere/at/all', route: '_unmatched' },
  { method: 'PROPFIND', path: '/dogs', route: '_unmatched' },
];

/** Those that take most of a second. */
const SLOW: readonly LoadRequest[] = [
  { method: 'GET', path: '/stream', route: '/stream' },
  { method: 'GET', path: '/stream', route: '/stream', abort: 'first body byte' },
];

/** Enough of everything that a request lost or counted twice shows. */
export function kennelLoad(rounds: number): readonly LoadRequest[] {
  const slow = Array.from({ length: 3 }, () => SLOW).flat();
  return [...Array.from({ length: rounds }, () => ROUND).flat(), ...slow];
}

/** Transactions that are rolled back. To be sent one at a time: on SQLite those that overlap are one transaction. */
export function rollbackLoad(requests: number): readonly LoadRequest[] {
  return Array.from({ length: requests }, () => ({ method: 'POST', path: '/no-room', route: '/no-room' }));
}
