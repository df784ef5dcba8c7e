import { addImport, PACKAGE } from './nest-add/add-import.js';
import { entryOf } from './nest-add/entry-file.js';
import { type AddOptions, type Context, type Files } from './nest-add/files.js';
import { findRootModule } from './nest-add/root-module.js';
import { loadTypeScript } from './nest-add/type-script.js';

const NEXT_STEPS = [
  'Start the application and read http://localhost:3000/metrics.',
  'Whoever reaches the port can read it: give `auth`, or a port of its own, `server: { port: 9464 }`.',
  `Rules, alerts and dashboards for your Prometheus: npx ${PACKAGE} --help`,
];

/** `nest add nestjs-prometheus-exporter`: imports PrometheusModule into the root module. */
export function nestAdd(options: AddOptions = {}): (files: Files, context: Context) => void {
  return (files, { logger }) => {
    const typescript = loadTypeScript();
    const { path, className } = findRootModule(typescript, files, entryOf(files, options));
    const text = addImport(typescript, files.readText(path), className);
    if (text === undefined) {
      logger.info(`${path} imports PrometheusModule already: nothing was changed.`);
      return;
    }
    files.overwrite(path, text);
    logger.info(`${path} imports PrometheusModule.forRoot() now. What to do next:`);
    for (const step of NEXT_STEPS) logger.info(`- ${step}`);
  };
}
