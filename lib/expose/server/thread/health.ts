import { sendPlain } from '../../send.js';
import { type Pulse } from '../pulse.js';
import { type Handler } from './plain-answer.js';

/** The liveness probe: whether the event loop of the application has turned lately. */
export function health(pulse: Pulse, unhealthyAfterSeconds: number): Handler {
  return (_, response) => {
    const seconds = pulse.secondsSince();
    if (seconds < unhealthyAfterSeconds) return sendPlain(response, 200, 'The event loop of the application turns.');
    return sendPlain(
      response,
      503,
      `The event loop of the application has not turned for ${seconds.toFixed(1)} seconds.`,
    );
  };
}
