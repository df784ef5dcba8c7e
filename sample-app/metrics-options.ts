import { type PrometheusOptions } from 'nestjs-prometheus-exporter';

/**
 * The metrics of this application. `forRoot()` would be enough for most of them: the options of `http` turn on metrics that
 * have a cost, and are therefore off by default or off on some versions of Node.
 *
 * @param port a port of its own for the metrics, besides `/metrics`; only this machine can connect to it
 * @param tokenFile a file with the token that both ask for
 */
export function metricsOptions(port: number | undefined, tokenFile: string | undefined): PrometheusOptions {
  return {
    http: { handlerDuration: true, queriesPerRequest: true, timeToFirstByte: true },
    ...(port !== undefined && { server: { port, host: '127.0.0.1' } }),
    ...(tokenFile !== undefined && { auth: { bearerToken: { file: tokenFile } } }),
  };
}
