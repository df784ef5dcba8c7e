import { type MonitorState } from '../lib/monitor/state.js';
import { Connection, type ConnectionStatus } from './connection.js';
import { createPage } from './page.js';
import { windowOfAddress } from './window-choice.js';

let state: MonitorState | undefined;
let status: ConnectionStatus = 'connecting';

const page = createPage((window) => connection.change(window));
const connection = new Connection(windowOfAddress(), {
  onState(next) {
    state = next;
    page.show(state, status);
  },
  onStatus(next) {
    if (next === status) return;
    status = next;
    page.show(state, status);
  },
});

/** Nobody looks at a hidden page: it asks nothing of the service until it is seen again. */
function followVisibility(): void {
  if (document.visibilityState === 'visible') connection.open();
  else connection.close();
}

document.title = `Monitor · ${location.host}`;
document.body.append(page.root);
page.show(state, status);
document.addEventListener('visibilitychange', followVisibility);
followVisibility();
