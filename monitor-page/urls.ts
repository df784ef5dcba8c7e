import { type Window } from '../lib/monitor/state.js';

/** Beside this very script, wherever the application serves it: behind a prefix, or a proxy that cuts one off. */
const beside = (name: string): string => new URL(name, import.meta.url).href;

export const eventsUrl = (window: Window): string => beside(`events?window=${window}`);
export const dataUrl = (window: Window): string => beside(`data.json?window=${window}`);
/** Without a window, which is the ten minutes then: for people and scripts that follow the link. */
export const DATA_URL = beside('data.json');
export const NAGIOS_URL = beside('nagios.xml');
