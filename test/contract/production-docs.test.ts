import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeBlocks, exampleFiles, exampleText, pageText } from '../support/examples.js';
import { type Manifest, manifestFaults } from '../support/kubernetes-manifests.js';
import { checkConfig } from '../support/promtool.js';
import { needs } from '../support/services.js';

const PAGE = 'docs/production.md';
const KUBERNETES_SD = '    kubernetes_sd_configs:\n      - role: pod\n';

/** Text as it is compared: without comments and indentation. */
const plain = (text: string) =>
  text
    .split('\n')
    .filter((line) => !line.trim().startsWith('#'))
    .map((line) => line.trimEnd())
    .join('\n')
    .trim();

interface Workload extends Manifest {
  readonly spec: {
    readonly template: {
      readonly metadata: { annotations?: Readonly<Record<string, string>>; readonly labels: object };
      readonly spec: { readonly containers: readonly { readonly ports: readonly object[] }[] };
    };
  };
}

needs('promtool')('the files in examples/scraping', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'scraping-'));
    for (const file of ['my-app-token', 'my-app-ca.crt', 'client.crt', 'client.key']) {
      writeFileSync(join(folder, file), '');
    }
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(exampleFiles('scraping'))('%s is a configuration that promtool accepts', async (file) => {
    // Debian builds Prometheus without Kubernetes. What finds the pods is replaced, what is done with them is checked.
    const text = exampleText(`scraping/${file}`)
      .replace(KUBERNETES_SD, '    static_configs:\n      - targets: [localhost]\n')
      .replaceAll('/etc/prometheus/', `${folder}/`);
    expect(text).not.toContain('kubernetes_sd_configs');
    const path = join(folder, file);
    writeFileSync(path, text);
    expect(await checkConfig(path)).toBe('');
  });
});

describe('the files in examples/kubernetes', () => {
  const manifest = (file: string) => load(exampleText(`kubernetes/${file}`)) as Manifest;

  it.each(exampleFiles('kubernetes'))('%s fits the published schema', (file) => {
    expect(manifestFaults(manifest(file))).toEqual([]);
  });

  it('differ in the annotations only, where they are the same Deployment', () => {
    const annotated = manifest('deployment-with-annotations.yml') as Workload;
    const { annotations, ...others } = annotated.spec.template.metadata;
    expect(annotations).toEqual({
      'prometheus.io/scrape': 'true',
      'prometheus.io/port': '9464',
      'prometheus.io/path': '/metrics',
    });
    const template = { ...annotated.spec.template, metadata: others };
    expect({ ...annotated, spec: { ...annotated.spec, template } }).toEqual(manifest('deployment.yml'));
  });

  it('agree in the names that they use of each other', () => {
    const deployment = exampleText('kubernetes/deployment.yml');
    const { spec } = manifest('deployment.yml') as Workload;
    expect(spec.template.spec.containers[0]?.ports).toContainEqual({ name: 'metrics', containerPort: 9464 });
    for (const file of ['pod-monitor.yml', 'network-policy.yml']) {
      expect(exampleText(`kubernetes/${file}`)).toContain('matchLabels:\n      app: my-app\n');
    }
    expect(deployment).toContain('secretName: my-app-metrics\n');
    expect(exampleText('kubernetes/pod-monitor.yml')).toContain('name: my-app-metrics\n          key: token\n');
  });
});

describe('docs/production.md', () => {
  const examples = ['scraping', 'kubernetes', 'nginx'].flatMap((folder) =>
    exampleFiles(folder).map((file) => `${folder}/${file}`),
  );
  const texts = examples.map((file) => plain(exampleText(file)));

  it.each(['yaml', 'nginx'])('has no %s but that of the examples', (language) => {
    const blocks = codeBlocks(PAGE, language).map(plain);
    expect(blocks.length).toBeGreaterThan(0);
    const strangers = blocks.filter((block) => !texts.some((text) => text.includes(block)));
    expect(strangers).toEqual([]);
  });

  it.each(examples)('links to %s', (file) => {
    expect(pageText(PAGE)).toContain(`](../examples/${file})`);
  });
});
