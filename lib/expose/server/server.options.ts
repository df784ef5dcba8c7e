/** The paths of the own port that are not chosen by an option. */
export const FIXED_PATHS: readonly string[] = ['/targets', '/-/process'];

/** Certificate and key of the endpoint's own port, as PEM files. They are read again when they change. */
export interface TlsOptions {
  /** File with the certificate, and with the intermediate certificates behind it. */
  readonly cert: string;

  /** File with the private key of the certificate, without a passphrase. */
  readonly key: string;

  /**
   * File with the certificates of those who sign the certificates of clients.
   *
   * @defaultValue none: certificates of clients are not looked at
   */
  readonly ca?: string;

  /**
   * `true` answers 403 to clients without a certificate that `ca` has signed (mTLS).
   *
   * @defaultValue `false`
   */
  readonly requestCert?: boolean;
}

/** An endpoint with a port and a thread of its own, which answers when the event loop of the application is stuck. */
export interface ServerOptions {
  /** Port to listen on. With 0 the system chooses a free one. `port` or `ports` is required. */
  readonly port?: number;

  /**
   * First and last port of a range, for several processes on one host. Each process takes the first free one, and
   * `/targets` lists them all for the `http_sd_configs` of Prometheus.
   */
  readonly ports?: readonly [from: number, to: number];

  /**
   * Address to listen on. An address that others can reach is allowed without `auth` too: then everybody who reaches it
   * can read the metrics.
   *
   * @defaultValue `'127.0.0.1'`; with `auth` or `tls.requestCert`, all addresses of the machine
   */
  readonly host?: string;

  /**
   * Path of the metrics on this port.
   *
   * @defaultValue `'/metrics'`
   */
  readonly path?: string;

  /**
   * Serves HTTPS instead of HTTP. Files that are missing or do not fit together stop the boot.
   *
   * @defaultValue none: HTTP
   */
  readonly tls?: TlsOptions;

  /**
   * Path of a liveness probe: 200 while the event loop of the application turns, 503 when it is stuck. It needs no
   * credentials. `false` for none.
   *
   * @defaultValue `'/-/healthy'`
   */
  readonly healthPath?: string | false;

  /**
   * Seconds without a turn of the event loop after which the probe answers 503. At least 2: the turns are noted once a
   * second.
   *
   * @defaultValue `10`
   */
  readonly unhealthyAfterSeconds?: number;

  /**
   * `true` serves the pages of the MonitorModule on this port too, at the same path. Without `auth` they answer only to
   * clients on the same machine.
   *
   * @defaultValue `false`
   */
  readonly monitor?: boolean;
}

/** All options, with defaults applied. Plain data, which the thread is given. */
export interface ResolvedServerOptions {
  /** First and last port to try, which are the same without a range. */
  readonly ports: readonly [from: number, to: number];
  readonly isRange: boolean;
  readonly host: string | undefined;
  readonly path: string;
  readonly tls: TlsOptions | undefined;
  readonly healthPath: string | false;
  readonly unhealthyAfterSeconds: number;
  readonly monitor: boolean;
}
