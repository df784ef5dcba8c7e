import { type Window, WINDOWS } from '../lib/monitor/state.js';
import { element } from './dom.js';

export const WINDOW_NAMES: Readonly<Record<Window, string>> = {
  '10m': '10 minutes',
  '1h': '1 hour',
  '24h': '24 hours',
};
const DEFAULT: Window = '10m';

/** The choice is kept in the address: it lasts over a reload, can be sent to somebody, and needs no storage. */
export const windowOfAddress = (): Window => WINDOWS.find((window) => location.hash === `#${window}`) ?? DEFAULT;

function radio(window: Window, onChoice: (window: Window) => void): { input: HTMLInputElement; root: HTMLElement } {
  const input = element('input', { type: 'radio', name: 'window', value: window });
  input.addEventListener('change', () => onChoice(window));
  return { input, root: element('label', {}, input, element('span', { text: WINDOW_NAMES[window] })) };
}

export function createWindowChoice(onChoice: (window: Window) => void): HTMLElement {
  const choose = (window: Window): void => {
    history.replaceState(null, '', `#${window}`);
    onChoice(window);
  };
  const radios = WINDOWS.map((window) => radio(window, choose));
  const markChosen = (): void => {
    for (const { input } of radios) input.checked = input.value === windowOfAddress();
  };
  markChosen();
  addEventListener('hashchange', () => {
    markChosen();
    onChoice(windowOfAddress());
  });
  const legend = element('legend', { class: 'unseen', text: 'Window of the charts and routes' });
  return element('fieldset', { class: 'choice' }, legend, ...radios.map(({ root }) => root));
}
