import { MetricsServer } from 'nestjs-prometheus-exporter';
import { createKennel } from './kennel.js';
import { SettingsError } from './settings-error.js';
import { readSettings } from './settings.js';

try {
  const { host, port, ...options } = readSettings(process.env);
  const app = await createKennel(options);

  // Without `useProcessExit`, Nest ends the process with the signal that it received, which looks like a failure from
  // outside.
  app.enableShutdownHooks(['SIGINT', 'SIGTERM'], { useProcessExit: true });

  await app.startAllMicroservices();
  await app.listen(port, host);
  const url = await app.getUrl();
  const { url: metricsUrl } = app.get(MetricsServer);
  if (metricsUrl !== undefined) console.log(`Metrics, from a thread of their own, on ${metricsUrl}`);
  console.log(`Kennel on ${url} (${options.adapter}), metrics on ${url}/metrics, monitor on ${url}/monitor`);
} catch (error) {
  // For a wrong setting, the message is enough; for other errors, the stack is useful.
  console.error(error instanceof SettingsError ? error.message : error);
  process.exit(1);
}
