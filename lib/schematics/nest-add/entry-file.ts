import { type AddOptions, type Files } from './files.js';

interface Project {
  readonly sourceRoot?: string;
  readonly entryFile?: string;
}

interface NestCli extends Project {
  readonly projects?: Readonly<Record<string, Project>>;
}

const CONFIGURATIONS = ['nest-cli.json', '.nestcli.json', '.nest-cli.json', 'nest.json'];

/** Where an application begins. */
export interface Entry {
  readonly sourceRoot: string;
  /** Without its extension. */
  readonly file: string;
}

/** Reads the configuration of Nest's command line as far as it says where the application begins. */
export function entryOf(files: Files, options: AddOptions): Entry {
  const cli = configurationOf(files);
  const sourceRoot = trimmed(options.sourceRoot ?? cli.sourceRoot ?? 'src');
  const projects = Object.values(cli.projects ?? {});
  const project = projects.find((one) => one.sourceRoot !== undefined && trimmed(one.sourceRoot) === sourceRoot);
  const entryFile = project?.entryFile ?? cli.entryFile ?? 'main';
  return { sourceRoot, file: `${sourceRoot}/${entryFile.replace(/\.[jt]s$/, '')}` };
}

function configurationOf(files: Files): NestCli {
  const path = CONFIGURATIONS.find((one) => files.exists(one));
  return path === undefined ? {} : (JSON.parse(files.readText(path)) as NestCli);
}

function trimmed(folder: string): string {
  return folder.replace(/^\.?\//, '').replace(/\/+$/, '');
}
