import { MOST_ROWS } from '../history/route-history.js';
import { logText } from '../../observe/log-text.js';
import { type Unreadable } from './sheet-text.js';

const MOST_CHARACTERS = 200;

/** What is not read or not shown. */
export type Refusal = Unreadable | 'routes';

/** What was found, and what is done about it. */
const SENTENCES: Readonly<Record<Refusal, (path: string, application: string) => string>> = {
  malformed: (path) =>
    `Expected counts of the monitor in ${path}, got something else, or more than 8 MB: they are not shown, and the file is deleted once its process has ended. A power failure can leave such a file.`,
  later: (path) =>
    `Expected counts of the monitor in the format of this version in ${path}, got a later one: they are shown by processes of the newer version only. The file is left as it is.`,
  foreign: (path, application) =>
    `Expected all processes that share \`store.directory\` of MonitorModule to be of one application, got ${path} of ${application}: its counts are not shown, and the file is left as it is. Give each application a directory of its own, or the same \`store.name\`.`,
  routes: (path) =>
    `Expected ${MOST_ROWS} rows of routes at most in all minutes and hours in ${path}, got more: some of them are not shown.`,
};

/** Reports of each kind once which files are not read. */
export class Refusals {
  private readonly said = new Set<Refusal>();

  constructor(private readonly report: (error: unknown) => void) {}

  add(refusal: Refusal, path: string, application = ''): void {
    if (this.said.has(refusal)) return;
    this.said.add(refusal);
    this.report(new RangeError(SENTENCES[refusal](path, logText(application, MOST_CHARACTERS))));
  }
}
