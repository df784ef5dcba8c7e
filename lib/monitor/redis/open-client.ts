import { type Redis } from 'ioredis';
import { type createClient } from 'redis';
import { type IoRedisClient, type RedisClient } from './client.js';

/** A client, and how it is opened and closed. Both do nothing for a client that the application owns. */
export interface Connection {
  readonly client: RedisClient;
  /** Resolves once it is connected. @errors rejects when the first attempt fails; others follow. */
  open(): Promise<void>;
  close(): void;
}

export function borrowed(client: RedisClient): Connection {
  return { client, open: () => Promise.resolve(), close: () => undefined };
}

const CONNECT_MS = 5000;
/** A connection that is silent for so long, which is longer than we are, is made anew. */
const SILENT_MS = 20_000;
const RETRY_MS = 1000;
const CLOSING_MS = 100;

/** The clients that people have, the first of which is taken. */
const LIBRARIES: readonly { readonly name: string; readonly open: (url: string) => Promise<Connection> }[] = [
  { name: 'ioredis', open: openIoRedis },
  { name: 'redis', open: openNodeRedis },
];

/**
 * A client for a URL, of whichever library is installed. Once opened it connects again for ever; what it is asked while
 * it is not connected fails at once.
 *
 * @errors rejects when no library is installed
 */
export async function openClient(url: string): Promise<Connection> {
  for (const { open } of LIBRARIES) {
    try {
      return await open(url);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
  throw new TypeError(
    'Expected `store.redis` of MonitorModule to find ioredis or redis for its URL, got neither: install one of them, or give a client of yours.',
  );
}

/** No peer dependency says this, because applications that do not use it may have any version. */
const TOO_OLD =
  'Expected `store.redis` of MonitorModule to find redis 4.7 or newer for its URL, got an older one: update it, install ioredis, or give a client of yours.';

async function openIoRedis(url: string): Promise<Connection> {
  const { Redis: Client } = (await load('ioredis')) as { readonly Redis: typeof Redis };
  const client = new Client(url, {
    connectTimeout: CONNECT_MS,
    commandTimeout: SILENT_MS,
    disconnectTimeout: CLOSING_MS,
    lazyConnect: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => RETRY_MS,
  });
  return connectionOf(client, impatient(client), () => client.disconnect());
}

/** Connects anew when an answer does not come: its `socketTimeout`, which would, keeps a process that has ended alive. */
function impatient(client: Redis): IoRedisClient & Pick<Redis, 'options'> {
  return {
    options: client.options,
    call: async (...command) => {
      try {
        return await client.call(...command);
      } catch (error) {
        if (error instanceof Error && error.message === 'Command timed out') client.disconnect(true);
        throw error;
      }
    },
  };
}

async function openNodeRedis(url: string): Promise<Connection> {
  const library = (await load('redis')) as {
    readonly createClient: typeof createClient;
    readonly createCluster?: unknown;
  };
  if (library.createCluster === undefined) throw new TypeError(TOO_OLD);
  const client = library.createClient({
    url,
    disableOfflineQueue: true,
    socket: { connectTimeout: CONNECT_MS, socketTimeout: SILENT_MS, reconnectStrategy: () => RETRY_MS },
  });
  return connectionOf(client, client, () => void end(client));
}

/** What the clients of both libraries have in common. */
interface Connecting {
  on(event: 'error', listener: () => void): unknown;
  once(event: 'ready' | 'error', listener: (error?: Error) => void): unknown;
  connect(): Promise<unknown>;
}

function connectionOf(connecting: Connecting, client: RedisClient, close: () => void): Connection {
  // Without a listener an error would end the process, or be written to the console.
  connecting.on('error', () => undefined);
  const open = (): Promise<void> =>
    new Promise((resolve, reject) => {
      connecting.once('ready', () => resolve());
      connecting.once('error', reject);
      connecting.connect().catch(reject);
    });
  return { client, open, close };
}

/** Version 4 calls it `disconnect`; a client that never was connected refuses both. */
async function end(client: { destroy?(): void; disconnect?(): Promise<unknown> }): Promise<void> {
  try {
    if (client.destroy === undefined) await client.disconnect?.();
    else client.destroy();
  } catch {
    // It had ended already.
  }
}

/** By a name that bundlers do not see: they would want to have both. */
function load(name: string): Promise<unknown> {
  return import(name);
}

function isMissing(error: unknown): boolean {
  const { code } = Object(error) as { code?: unknown };
  return code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
}
