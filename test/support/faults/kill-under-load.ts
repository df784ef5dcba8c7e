import { type Exposition } from '../exposition.js';
import { waitUntil } from '../wait-until.js';
import { Dog } from './dog.js';
import { RequestLoad } from './request-load.js';
import { type StatementsApp } from './statements-app.js';

interface KillableServer {
  kill(): Promise<void>;
  restart(): Promise<void>;
}

export interface Outage {
  readonly before: Exposition;
  readonly during: Exposition;
  /** Of an application that is at rest again. */
  readonly after: Exposition;
  /** Dogs in transactions that the application has seen committed. */
  readonly committed: number;
}

const CLIENTS = 12;
/** So many requests of each kind have to be seen before the test goes on. */
const ENOUGH = 50;

/** Kills the server while requests come in, starts it again, and returns once requests have been served by it. */
export async function killUnderLoad(app: StatementsApp, server: KillableServer, slowly: string): Promise<Outage> {
  const before = await app.atRest();
  let committed = 0;
  const load = new RequestLoad(
    app,
    [
      (source) => source.getRepository(Dog).find({ take: 10 }),
      (source) => source.query(slowly),
      async (source) => {
        await source.transaction(async (manager) => {
          await manager.insert(Dog, { name: crypto.randomUUID() });
          await manager.query(slowly);
        });
        committed += 1;
      },
    ],
    CLIENTS,
  );
  try {
    await waitUntil('the load is on', () => load.succeeded > ENOUGH);
    await server.kill();
    await waitUntil('requests fail', () => load.failed > ENOUGH);
    const during = await app.scrape();
    await server.restart();
    const { succeeded } = load;
    await waitUntil('requests are served again', () => load.succeeded > succeeded + ENOUGH);
    await load.stop();
    return { before, during, after: await app.atRest(), committed };
  } finally {
    await load.stop();
  }
}
