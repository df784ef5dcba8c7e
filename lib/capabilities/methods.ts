import * as definitions from '../catalogue/nest/method.definitions.js';
import { MethodInstrumentation } from '../decorate/method.instrumentation.js';
import { METHOD_LINK, MethodLink } from '../decorate/method-link.js';
import { type Capability, underEveryNaming } from './capability.js';

/** Methods with `@Timed()` and `@Counted()`. */
export const METHODS: Capability<undefined, MethodLink> = {
  part: 'metrics',
  group: 'methods',
  events: [],
  conventions: underEveryNaming({
    definitions,
    feed({ store, activeSpan, early, report }) {
      early?.open(store, (error) => report('metrics', error), activeSpan);
      return { stop: () => early?.close() };
    },
  }),
  early: { token: METHOD_LINK, make: () => new MethodLink() },
  instrument: (host, _sink, _options, link) => new MethodInstrumentation(host.modules, link),
};
