import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PodMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import ts from 'typescript';

/** A manifest as it was read from YAML. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
}

/** A kind that we can check: its published schema, and the module with its published type. */
interface Kind {
  readonly schema: new (manifest: never) => { validate(): void };
  readonly type: string;
  readonly module: string;
}

const KINDS: Readonly<Record<string, Kind>> = {
  'apps/v1 Deployment': { schema: Deployment, type: 'IDeployment', module: 'kubernetes-models/apps/v1/Deployment' },
  'networking.k8s.io/v1 NetworkPolicy': {
    schema: NetworkPolicy,
    type: 'INetworkPolicy',
    module: 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy',
  },
  'monitoring.coreos.com/v1 PodMonitor': {
    schema: PodMonitor,
    type: 'IPodMonitor',
    module: '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor',
  },
};

/** Where the packages are found from. */
const PROBE = join(fileURLToPath(new URL('.', import.meta.url)), 'manifest-probe.ts');

/**
 * What is wrong with a manifest, by the schema and the types that are generated from the sources of Kubernetes and of the
 * Prometheus Operator. The schema knows missing and wrong values; a field that does not exist is found by the types.
 */
export function manifestFaults(manifest: Manifest): readonly string[] {
  const kind = KINDS[`${manifest.apiVersion} ${manifest.kind}`];
  if (kind === undefined) return [`There is no schema for ${manifest.apiVersion} ${manifest.kind}.`];
  return [...schemaFaults(kind, manifest), ...typeFaults(kind, manifest)];
}

function schemaFaults({ schema: Model }: Kind, manifest: Manifest): readonly string[] {
  try {
    new Model(manifest as never).validate();
    return [];
  } catch (error) {
    return [String(error)];
  }
}

function typeFaults({ type, module }: Kind, manifest: Manifest): readonly string[] {
  const source = `import type { ${type} } from '${module}';\nexport const manifest: ${type} = ${JSON.stringify(manifest)};\n`;
  const options: ts.CompilerOptions = {
    noEmit: true,
    strict: true,
    skipLibCheck: true,
    types: [],
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
  };
  const host = ts.createCompilerHost(options);
  const probe = ts.createSourceFile(PROBE, source, ts.ScriptTarget.ES2022);
  const program = ts.createProgram([PROBE], options, {
    ...host,
    fileExists: (file) => file === PROBE || host.fileExists(file),
    getSourceFile: (file, ...rest) => (file === PROBE ? probe : host.getSourceFile(file, ...rest)),
  });
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}
