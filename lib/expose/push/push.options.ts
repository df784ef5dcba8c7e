/** Pushes the metrics to a receiver, for processes that end before a scrape. */
export interface PushOptions {
  /**
   * Where to push, with `http:` or `https:`. For `pushgateway` the address of the Pushgateway, such as
   * `http://pushgateway:9091`; a path before its `/metrics` is kept. For `otlp` the whole address, such as
   * `http://prometheus:9090/api/v1/otlp/v1/metrics`. A user and a password in it are sent with Basic authentication.
   * Required.
   */
  readonly url: string;

  /**
   * What the receiver understands: the text API of a Pushgateway, or OTLP over HTTP in JSON.
   *
   * @defaultValue `'pushgateway'`
   */
  readonly protocol?: 'pushgateway' | 'otlp';

  /** The label `job`; in OTLP the resource attribute `service.name`, of which Prometheus makes it. Required. */
  readonly job: string;

  /**
   * Further labels of the group that a push replaces. In OTLP they are resource attributes: `instance` becomes
   * `service.instance.id`, of which Prometheus makes the label `instance`, and the others keep their names. Prometheus
   * makes labels of these only if its `promote_resource_attributes` lists them.
   *
   * @defaultValue none
   */
  readonly grouping?: Readonly<Record<string, string>>;

  /**
   * Seconds between two pushes while the process runs, from 1 to 86400. A push is left out while another one is under way.
   * The timer does not keep the process alive.
   *
   * @defaultValue none: only at the end, and when `MetricsPush.push()` is called
   */
  readonly intervalSeconds?: number;

  /**
   * Whether to push when the application is closed, and when a process ends by itself without that. Neither happens at
   * `process.exit()`: await `MetricsPush.push()` before it.
   *
   * @defaultValue `true`
   */
  readonly onExit?: boolean;

  /**
   * Seconds that a push may take, all tries included. A try may take half of it. The end of the process waits no longer
   * than this.
   *
   * @defaultValue `10`
   */
  readonly timeoutSeconds?: number;

  /**
   * Headers of each request, such as `Authorization`. They cannot describe the body (`Content-…`) or the connection.
   *
   * @defaultValue none
   */
  readonly headers?: Readonly<Record<string, string>>;
}

/** All options, with defaults applied. */
export interface ResolvedPushOptions {
  readonly url: string;
  readonly protocol: 'pushgateway' | 'otlp';
  readonly job: string;
  readonly grouping: Readonly<Record<string, string>>;
  readonly intervalSeconds: number | undefined;
  readonly onExit: boolean;
  readonly timeoutSeconds: number;
  readonly headers: Readonly<Record<string, string>>;
}
