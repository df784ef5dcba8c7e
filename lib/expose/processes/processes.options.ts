/** Several processes of one application that are one target. */
export interface ProcessesOptions {
  /**
   * Directory that all processes of the application name, on a local file system, such as `/run/shop-metrics`. It is
   * created if it is missing. It must belong to the user of the process, and nobody else may write in it: whoever writes
   * there writes the numbers. Each scrape of any of the processes has the numbers of all of them.
   */
  readonly directory: string;

  /**
   * Name of the application. A directory has the numbers of one application: another name stops the boot.
   *
   * @defaultValue the `name` in the `package.json` nearest to the working directory
   */
  readonly name?: string;
}

/** All options, with defaults applied. */
export type ResolvedProcessesOptions = Required<ProcessesOptions>;
