import { type RuleSettings } from '../rule-settings.js';
import { type AlertThresholds } from '../thresholds.js';
import { type AlertDraft } from './alert-draft.js';
import { queueAlerts } from './queues.js';
import { scheduleAlerts } from './schedules.js';

/** Alerts about work that nobody waits for. */
export function jobAlerts(settings: RuleSettings, limits: AlertThresholds): readonly AlertDraft[] {
  return [...scheduleAlerts(settings, limits), ...queueAlerts(settings, limits)];
}
