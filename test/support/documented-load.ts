import { type DocumentedKennel } from './documented-kennel.js';
import { abortAfter, send } from './http-client.js';
import { waitUntil } from './wait-until.js';
import { connectSocketIo } from './websocket-client.js';

const JSON_BODY = { 'content-type': 'application/json' };
const CHANGE = { method: 'PATCH', path: '/dogs/1', headers: JSON_BODY };
const DOG = JSON.stringify({ name: 'Rex', breed: 'Dalmatian', age: 3 });

/** Requests of every kind, each path with a number of its own, so that two routes are not mistaken for each other. */
export async function load(kennel: DocumentedKennel): Promise<void> {
  const get = (path: string, times: number) => repeat(times, () => send(kennel.port, { path }));
  await get('/dogs', 13);
  await get('/dogs/1', 7);
  await get('/dogs/99999', 4);
  await get('/nowhere', 5);
  await get('/error', 3);
  await get('/secret', 2);
  await get('/failing-query', 6);
  await get('/hello', 8);
  await get('/download', 9);
  await get('/walks/one-by-one', 10);
  await get('/walks/forecast', 11);
  await get('/breeds', 12);
  await get('/slow?ms=1', 14);
  await get('/weather', 18);
  await repeat(15, () => send(kennel.port, { method: 'POST', path: '/dogs', headers: JSON_BODY, body: DOG }));
  await repeat(16, () => send(kennel.port, { method: 'POST', path: '/no-room' }));
  await repeat(17, (age) => send(kennel.port, { ...CHANGE, body: JSON.stringify({ age }) }));
  await send(kennel.port, { method: 'DELETE', path: '/dogs/99999' });
  await repeat(2, () => abortAfter(kennel.port, 'request sent', { path: '/slow?ms=2000' }));
  await bark(kennel.port);
  await arrivals(kennel.port);
  await get('/messages', 1);
  await get('/messages?pattern=dogs.fetch', 1);
  for (const query of ['{ dogs { name } }', '{ dog(id: 0) { name } }']) await ask(kennel.port, query);
  for (const to of ['Rex', '']) await send(kennel.port, { method: 'POST', path: `/letters?to=${to}` });
  await kennel.feed();
  kennel.cook();
  kennel.order();
  await kennel.useCache();
  await get('/old-metrics', 1);
}

/** An event that is handled, and one whose handler fails. */
async function arrivals(port: number): Promise<void> {
  for (const name of ['Laika', 'Nobody']) await send(port, { method: 'POST', path: `/arrivals?name=${name}` });
}

async function ask(port: number, query: string): Promise<void> {
  await send(port, { method: 'POST', path: '/graphql', headers: JSON_BODY, body: JSON.stringify({ query }) });
}

/** A message that is answered, and one that fails. */
async function bark(port: number): Promise<void> {
  const client = await connectSocketIo(port);
  await client.ask('bark', 'Rex');
  client.send('bark', '');
  await waitUntil('the exception has come', () => client.received.some(({ event }) => event === 'exception'));
  client.close();
}

async function repeat(times: number, action: (index: number) => Promise<unknown>): Promise<void> {
  for (let index = 0; index < times; index += 1) await action(index);
}
