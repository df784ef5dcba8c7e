import { type Reading } from '../../reading.js';

/** The format of these bytes. Another format has another number. */
export const SHARE_FORMAT = 1;

/** Who a process is. */
export interface ShareHead {
  readonly format: number;
  /** Different for each process there ever was. */
  readonly id: string;
  readonly slot: number;
  readonly pid: number;
  /** Of the kernel that the process runs on: see `boot-id.ts`. */
  readonly boot: string;
  /** The name of the application. */
  readonly application: string;
  /** The version of this library. */
  readonly version: string;
  /** In an answer: which families it is about. What the other process knows already is left out. */
  readonly told?: ToldVersions | undefined;
}

/** Numbers that are the same as long as the families of a process and what it inherited are. */
export interface ToldVersions {
  readonly families: number;
  readonly inherited: number;
}

/** What a process has to tell the others: its own numbers, and those that it inherited from processes that have ended. */
export interface ShareContent {
  readonly head: ShareHead;
  readonly own: Reading;
  readonly inherited: Reading;
  /** The processes whose numbers it has inherited, and those that these had inherited: the last ones. */
  readonly inheritedIds: readonly string[];
}

export const EMPTY_READING: Reading = { own: [], chunks: [], foreign: [] };
