import { setTimeout as pause } from 'node:timers/promises';
import { type LoadRequest } from '../test/support/load-driver.js';

const JSON_BODY = { 'content-type': 'application/json' };

/** The ids below are those of the dogs that the sample application begins with. */
const FIRST_NEW_DOG = 4;

interface Visit extends Omit<LoadRequest, 'method' | 'route'> {
  readonly method?: string;
  /** How often it is sent, compared with the others. */
  readonly share: number;
}

/** What visitors of the kennel do: most of it works. */
const VISITS: readonly Visit[] = [
  { share: 130, path: '/dogs' },
  { share: 160, path: '/dogs/1' },
  { share: 120, path: '/walks' },
  { share: 120, path: '/walks/forecast' },
  { share: 100, path: '/breeds' },
  { share: 70, path: '/' },
  { share: 40, path: '/hello?name=Rex' },
  { share: 20, path: '/stream' },
  { share: 20, path: '/download' },
  { share: 15, path: '/dogs', method: 'POST', headers: JSON_BODY, body: '{"name":"Laika","breed":"Mongrel","age":3}' },
  { share: 15, path: '/dogs/2', method: 'PATCH', headers: JSON_BODY, body: '{"age":4}' },
  { share: 15, path: '/dogs/:new', method: 'DELETE' },
  // By other doors.
  { share: 20, path: '/graphql', ...graphql('{ dogs { name } }') },
  { share: 20, path: '/messages' },
  { share: 20, path: '/arrivals?name=Laika', method: 'POST' },
  { share: 15, path: '/letters?to=Rex', method: 'POST' },
  { share: 15, path: '/neighbour' },
  // Faults of the clients.
  { share: 5, path: '/graphql', ...graphql('{ dog(id: 0) { name } }') },
  { share: 10, path: '/dogs/rex' },
  { share: 10, path: '/wp-login.php' },
  { share: 10, path: '/secret' },
  { share: 20, path: '/slow?ms=3000', abort: 'request sent' },
  // Faults of the application.
  { share: 5, path: '/messages?pattern=dogs.fetch' },
  { share: 5, path: '/arrivals?name=Nobody', method: 'POST' },
  { share: 5, path: '/letters?to=', method: 'POST' },
  { share: 5, path: '/neighbour?port=4' },
  { share: 30, path: '/error' },
  { share: 15, path: '/failing-query' },
  { share: 15, path: '/no-room', method: 'POST' },
  { share: 20, path: '/slow?ms=800' },
  { share: 15, path: '/slow-query?ms=600' },
  { share: 10, path: '/walks/one-by-one' },
  { share: 20, path: '/bark?dog=:new' },
];

function graphql(query: string): Pick<Visit, 'method' | 'headers' | 'body'> {
  return { method: 'POST', headers: JSON_BODY, body: JSON.stringify({ query }) };
}

/** So many different names that a metric with a name as a label value reaches its limit, which is 1000. */
export function strayDogs(): readonly LoadRequest[] {
  return Array.from({ length: 1001 }, (_, dog) => ({ method: 'GET', path: `/bark?dog=stray-${dog}`, route: '/bark' }));
}

/** Requests without end, at random and about so many per second. */
export async function* visits(perSecond: number): AsyncGenerator<LoadRequest, never> {
  const shares = VISITS.flatMap((visit) => Array.from({ length: visit.share }, () => visit));
  let dog = FIRST_NEW_DOG;
  for (;;) {
    const { path, method = 'GET', ...visit } = shares[Math.floor(Math.random() * shares.length)] as Visit;
    // A dog that has never arrived, because its transaction was rolled back, is one more 404.
    yield { ...visit, method, path: path.replace(':new', () => String(dog++)), route: path };
    await pause((2 * Math.random() * 1000) / perSecond);
  }
}
