/** What a schematic does with the files of a project. Angular's `Tree` has more. */
export interface Files {
  exists(path: string): boolean;
  readText(path: string): string;
  overwrite(path: string, content: string): void;
}

/** What a schematic is called with beside the files. */
export interface Context {
  readonly logger: { info(message: string): void };
}

/** The options that `nest add` passes on. */
export interface AddOptions {
  /** The folder of the sources of a project: that of `--project`, or of the default one. */
  readonly sourceRoot?: string;
}

/** The first of some files that there is. */
export function firstFile(files: Files, paths: readonly string[]): string | undefined {
  return paths.find((path) => files.exists(path));
}
