import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUILT_SAMPLE } from './kennel.js';
import { onProcessEnd } from './on-process-end.js';

/** In the place of this library: what the sample application uses of it, without any effect. */
const WITHOUT_EFFECT = `
  import { Global, Module, Optional } from '@nestjs/common';
  export class MetricEvents { listen() {} }
  export class MetricsServer {}
  class Nothing {}
  Global()(Nothing);
  Module({ providers: [MetricEvents, MetricsServer], exports: [MetricEvents, MetricsServer] })(Nothing);
  const module = { forRoot: () => ({ module: Nothing }) };
  const decorator = () => () => undefined;
  export const boundedBy = () => ({});
  export const defineCounter = () => ({});
  export const InjectMetric = () => Optional();
  export { module as PrometheusModule, module as MonitorModule };
  export { decorator as Counted, decorator as Timed, decorator as ExportModelOperations };
`;

const MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url));

/** The built sample application in a folder of its own, as if it had never heard of this library. */
export class StrippedSample {
  readonly #folder = mkdtempSync(join(tmpdir(), 'stripped-'));
  readonly #forget = onProcessEnd(() => this.remove());
  readonly main = join(this.#folder, 'app/dist-sample/main.js');

  constructor() {
    const stub = join(this.#folder, 'app/node_modules/nestjs-prometheus-exporter');
    mkdirSync(stub, { recursive: true });
    writeFileSync(join(stub, 'package.json'), '{ "type": "module", "exports": "./index.js" }');
    writeFileSync(join(stub, 'index.js'), WITHOUT_EFFECT);
    writeFileSync(join(this.#folder, 'app/package.json'), '{ "type": "module" }');
    cpSync(dirname(BUILT_SAMPLE), dirname(this.main), { recursive: true });
    symlinkSync(MODULES, join(this.#folder, 'node_modules'));
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
    this.#forget();
  }
}
