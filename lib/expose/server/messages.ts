import { type JournalEntry } from '../../metrics/journal.js';
import { type Rejection } from '../endpoint.js';
import { type ScrapeAnswer, type ScrapeQuestion } from '../exposition-source.js';
import { type Filter } from '../filter.js';
import { type ForeignFamily } from '../foreign-family.js';
import { type BoundAddress } from './bound-address.js';
import { type ThreadSettings } from './thread-settings.js';

/** What the collectors in the application's thread have brought, and all cells at that instant. */
export interface Collected {
  readonly foreign: readonly ForeignFamily[];
  readonly chunks: readonly Float64Array[];
  readonly isComplete: boolean;
}

/** Why the port could not be opened. */
export interface ListenFault {
  readonly reason: string;
  /** Trying again will not help. */
  readonly isFinal: boolean;
  /** Another process of the same application holds the port, and answers for this one too. */
  readonly isShared: boolean;
  /** The address is wrong, not the port. */
  readonly isAddress: boolean;
}

/** Whose lock asks about a token. */
export type Door = 'endpoint' | 'pages';

/** An error in the thread. */
export interface ThreadFault {
  /** The part that it is counted in. */
  readonly part: 'server' | 'auth' | 'processes';
  /** The stack. */
  readonly text: string;
}

/** What the thread has to report: counts since the last report, and the texts of the first errors. */
export interface ThreadReport {
  readonly rejected: Readonly<Partial<Record<Rejection, number>>>;
  readonly faults: readonly ThreadFault[];
  /** What is wrong with other processes of the application. */
  readonly problems: readonly string[];
}

/** From the application's thread to the thread of the endpoint. Plain data, for `postMessage`. */
export type ToThread =
  | { readonly kind: 'serve'; readonly settings: ThreadSettings }
  | { readonly kind: 'journal'; readonly entries: readonly JournalEntry[] }
  | { readonly kind: 'collected'; readonly id: number; readonly collected: Collected }
  | { readonly kind: 'turned'; readonly id: number }
  | { readonly kind: 'tokenChecked'; readonly id: number; readonly isRight: boolean }
  | { readonly kind: 'question'; readonly id: number; readonly question: ScrapeQuestion }
  | { readonly kind: 'gone'; readonly id: number }
  | { readonly kind: 'counted' }
  | { readonly kind: 'saveLast' }
  | { readonly kind: 'reported' }
  | { readonly kind: 'stop' };

/** From the thread of the endpoint to the application's thread. */
export type FromThread =
  | { readonly kind: 'joined'; readonly slot: number }
  | { readonly kind: 'notJoined'; readonly reason: string }
  | { readonly kind: 'listening'; readonly address: BoundAddress }
  | { readonly kind: 'notListening'; readonly fault: ListenFault }
  | {
      readonly kind: 'collect';
      readonly id: number;
      readonly timeoutSeconds: number;
      readonly filter: Filter | undefined;
    }
  | { readonly kind: 'abandon'; readonly id: number }
  | { readonly kind: 'ping'; readonly id: number }
  | { readonly kind: 'token'; readonly id: number; readonly door: Door; readonly token: string }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: ScrapeAnswer }
  | { readonly kind: 'failed'; readonly id: number; readonly error: string }
  | { readonly kind: 'report'; readonly report: ThreadReport }
  | { readonly kind: 'stopped' };
