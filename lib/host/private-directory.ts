import { randomUUID } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { access, mkdir, realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { isAlive, LifeSocket, OPENING_SUFFIX } from './life-socket.js';

/** What the operating system has room for in the address of a socket, without the zero behind it. */
const LONGEST_SOCKET_BYTES = process.platform === 'linux' ? 107 : 103;

const WRITABLE_BY_OTHERS = 0o022;

/** What the names of the sockets in a directory are like. */
export interface DirectoryUse {
  /** How an error calls the option: `store.directory` of MonitorModule. */
  readonly option: string;
  /** The longest name that a socket in it has. */
  readonly longestName: string;
}

/**
 * Makes a directory ready in which processes of one user share files and sockets: creates it, with its parents, or checks
 * the one that is there. Resolves to its real path, which does not follow a symbolic link that is changed later.
 *
 * @errors rejects with one error that says what was expected, what was found, and what to do
 */
export async function openPrivateDirectory(path: string, use: DirectoryUse): Promise<string> {
  const given = resolve(path);
  assertShort(given, use);
  await create(given, use);
  const directory = await realpath(given);
  // A symbolic link may lead to a longer path.
  assertShort(directory, use);
  const stats = await stat(directory);
  assertDirectory(directory, stats, use);
  assertPrivate(directory, stats, use);
  await assertUsable(directory, use);
  await assertSockets(directory, use);
  return directory;
}

function assertShort(directory: string, { option, longestName }: DirectoryUse): void {
  if (IS_WINDOWS) return;
  const most = LONGEST_SOCKET_BYTES - Buffer.byteLength(join('/', longestName + OPENING_SUFFIX));
  const bytes = Buffer.byteLength(directory);
  if (bytes <= most) return;
  throw new TypeError(
    `Expected \`${option}\` to be a path of at most ${most} bytes, because the path of a Unix socket in it is limited to ${LONGEST_SOCKET_BYTES}, got ${bytes} bytes, ${directory}: name a shorter one, such as /run/<application>.`,
  );
}

async function create(directory: string, { option }: DirectoryUse): Promise<void> {
  try {
    await makeWithParents(directory);
  } catch (error) {
    if (codeOf(error) === 'ENOTDIR') throw noDirectory(directory, option);
    throw new TypeError(
      `Expected \`${option}\` to be a directory that can be created, got ${codeOf(error)} for ${directory}: create it with mode 0700 for ${userText()}, or name one that this user may create.`,
      { cause: error },
    );
  }
}

/** Node's `recursive` tries for ever where the parent exists and the file system, such as /proc, answers ENOENT. */
async function makeWithParents(directory: string): Promise<void> {
  try {
    await makeOne(directory);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' || dirname(directory) === directory) throw error;
    await makeWithParents(dirname(directory));
    await makeOne(directory);
  }
}

async function makeOne(directory: string): Promise<void> {
  try {
    await mkdir(directory, { mode: 0o700 });
  } catch (error) {
    // Windows and macOS say EPERM and EISDIR of a root.
    if (codeOf(error) !== 'EEXIST' && dirname(directory) !== directory) throw error;
  }
}

function assertDirectory(directory: string, stats: Stats, { option }: DirectoryUse): void {
  if (!stats.isDirectory()) throw noDirectory(directory, option);
}

function noDirectory(directory: string, option: string): TypeError {
  return new TypeError(
    `Expected \`${option}\` to be a directory, got ${directory}, which is a file or below one: name another path.`,
  );
}

function assertPrivate(directory: string, { uid, mode }: Stats, { option }: DirectoryUse): void {
  if (IS_WINDOWS) return;
  if (uid !== process.geteuid?.()) {
    throw new TypeError(
      `Expected \`${option}\` to be a directory of ${userText()}, got ${directory}, which belongs to user ${uid}: name a folder inside of it that does not exist yet, or change its owner. Whoever writes there writes the numbers.`,
    );
  }
  if ((mode & WRITABLE_BY_OTHERS) === 0) return;
  const octal = `0${(mode & 0o777).toString(8)}`;
  throw new TypeError(
    `Expected \`${option}\` to be a directory that only its owner may write to, got ${directory} with mode ${octal}: name a folder inside of it that does not exist yet, as for an emptyDir of Kubernetes, or change its mode to 0700. Whoever writes there writes the numbers.`,
  );
}

async function assertUsable(directory: string, { option }: DirectoryUse): Promise<void> {
  try {
    await access(directory, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new TypeError(
      `Expected \`${option}\` to be a directory that ${userText()} may read and write, got ${codeOf(error)} for ${directory}: change its mode to 0700, or name another one.`,
      { cause: error },
    );
  }
}

/** Some network and FUSE file systems have no sockets. A full disk does not say, and becomes empty again. */
async function assertSockets(directory: string, { option }: DirectoryUse): Promise<void> {
  const path = join(directory, `${randomUUID().slice(0, 8)}.try`);
  try {
    const socket = await LifeSocket.open(path);
    const answers = await isAlive(path);
    await socket.close();
    if (answers) return;
  } catch (error) {
    if (FULL.includes(codeOf(error))) return;
    throw noSockets(directory, option, codeOf(error), error);
  }
  throw noSockets(directory, option, 'no connection');
}

const FULL: readonly unknown[] = ['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE'];

function noSockets(directory: string, option: string, what: string, cause?: unknown): TypeError {
  return new TypeError(
    `Expected \`${option}\` to be on a file system with Unix sockets, got ${what} for a socket in ${directory}: name a directory on a local disk or in memory, such as below /run or /dev/shm.`,
    { cause },
  );
}

function codeOf(error: unknown): string {
  const { code } = Object(error) as { readonly code?: unknown };
  return typeof code === 'string' ? code : String(error);
}

function userText(): string {
  const uid = process.geteuid?.();
  return uid === undefined ? 'the user of this process' : `user ${uid}`;
}

const IS_WINDOWS = process.platform === 'win32';
