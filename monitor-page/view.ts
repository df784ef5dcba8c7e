import { type History, type MonitorState } from '../lib/monitor/state.js';

/** A part of the page: made once, and brought up to date in place, so that neither focus nor selection is lost. */
export interface View<Shown> {
  readonly root: HTMLElement;
  show(shown: Shown): void;
}

/** What is shown of a monitor that keeps more than totals. */
export interface StateWithHistory extends MonitorState {
  readonly history: History;
}
export const hasHistory = (state: MonitorState): state is StateWithHistory => state.history !== null;
