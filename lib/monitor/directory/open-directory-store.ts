import { applicationName } from '../../host/application-name.js';
import { openPrivateDirectory } from '../../host/private-directory.js';
import { logText } from '../../observe/log-text.js';
import { type DirectoryStoreOptions } from '../monitor.options.js';
import { type OwnProcess } from '../own-process.js';
import { type OutageLog } from '../redis/outages.js';
import { DirectoryStore } from './directory-store.js';
import { LONGEST_SOCKET_NAME } from './file-names.js';
import { Outages } from './outages.js';
import { Refusals } from './refusals.js';
import { SharedDirectory } from './shared-directory.js';
import { TOTALS } from './slices.js';

/** What of the application its store is made with. */
interface StoreHost {
  readonly process: OwnProcess;
  readonly retentionHours: number;
  readonly totalsOnly: boolean;
  readonly log: OutageLog;
  /** Called once for each kind of file that is not read. */
  readonly report: (error: unknown) => void;
}

const OPTION = 'store.directory of MonitorModule';

/**
 * The store of a monitor whose options name a directory.
 *
 * @errors rejects when the directory cannot be used, and when processes of another application use it
 */
export async function openDirectoryStore(
  { directory: given, name = applicationName() }: DirectoryStoreOptions,
  { log, report, ...parts }: StoreHost,
): Promise<DirectoryStore> {
  const path = await openPrivateDirectory(given, { option: OPTION, longestName: LONGEST_SOCKET_NAME });
  await assertOneApplication(path, name);
  const refusals = new Refusals(report);
  const directory = new SharedDirectory(path, name, refusals);
  return new DirectoryStore({ ...parts, directory, refusals, outages: new Outages(path, log) });
}

/** What ended processes of another application have left is passed over: it may have been this one, under another name. */
async function assertOneApplication(path: string, name: string): Promise<void> {
  let other = '';
  const directory = new SharedDirectory(path, name, {
    add: (_refusal, _file, application) => (other = application ?? ''),
  });
  const { files } = await directory.list();
  for (const file of files.filter(({ slice, heir }) => slice === TOTALS && heir === undefined)) {
    if ((await directory.read(file)) !== 'foreign' || !(await directory.lives(file.process))) continue;
    throw new TypeError(
      `Expected \`${OPTION}\` to be a directory of the application ${name}, got ${path}, to which processes of ${logText(other)} write: give each application a directory of its own, or the same \`store.name\`.`,
    );
  }
}
