import * as willsoto from '@willsoto/nestjs-prometheus';
import promBundle from 'express-prom-bundle';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { collectDefaultMetrics, Registry } from 'prom-client';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { definitionsOf } from '../support/catalogue.js';
import { listed } from '../support/guide-tables.js';

const wordsOf = (codes: readonly string[]) => codes.flatMap((code) => code.match(/\w+/g) ?? []);

/** The members of an interface in the declarations of a package, those of type literals below it included. */
function membersOf(file: string, ...names: readonly string[]): readonly string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const members: string[] = [];
  const collect = (node: ts.Node): void => {
    if (ts.isPropertySignature(node) || ts.isMethodSignature(node)) members.push(node.name.getText());
    if (!ts.isPropertySignature(node)) ts.forEachChild(node, collect);
  };
  const visit = (node: ts.Node): void => {
    const isNamed = ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node);
    if (isNamed && names.includes(node.name.text)) collect(node);
    else ts.forEachChild(node, visit);
  };
  visit(source);
  return [...new Set(members)].toSorted();
}

const declarations = (packageName: string, file: string) =>
  fileURLToPath(new URL(`../../node_modules/${packageName}/${file}`, import.meta.url));

describe('docs/from-express-prom-bundle.md lists', () => {
  const registry = new Registry();
  const { metrics } = promBundle({ promRegistry: registry, includeMethod: true, includePath: true }) as unknown as {
    metrics: Readonly<Record<string, { readonly labelNames?: readonly string[] }>>;
  };

  it('every metric and label', () => {
    const labels = Object.values(metrics).flatMap(({ labelNames = [] }) => labelNames);
    expect(Object.keys(metrics)).toContain('http_request_duration_seconds');
    expect(listed('express-prom-bundle', 'express-prom-bundle').toSorted()).toEqual(
      [...Object.keys(metrics), ...labels].toSorted(),
    );
  });

  it('every option', () => {
    const file = declarations('express-prom-bundle', 'types/index.d.ts');
    const options = membersOf(file, 'BaseOptions', 'SummaryOptions', 'HistogramOptions');
    expect(options).toContain('metricsApp');
    expect(listed('express-prom-bundle', 'option').toSorted()).toEqual(options);
  });

  it('every call', () => {
    const made = promBundle({ promRegistry: new Registry() });
    const calls = [...Object.keys(promBundle), ...Object.keys(made)];
    expect(calls).toContain('clusterMetrics');
    const words = wordsOf(listed('express-prom-bundle', 'call'));
    expect(calls.filter((call) => !words.includes(call))).toEqual([]);
  });
});

describe('docs/from-nestjs-prometheus.md lists', () => {
  const words = wordsOf(listed('nestjs-prometheus', '@willsoto/nestjs-prometheus'));

  it('every option', () => {
    const file = declarations('@willsoto/nestjs-prometheus', 'dist/interfaces.d.ts');
    const names = ['PrometheusOptions', 'PrometheusAsyncOptions', 'PrometheusDefaultMetrics'];
    const options = membersOf(file, ...names);
    expect(options).toContain('customMetricPrefix');
    expect(options.filter((option) => !words.includes(option))).toEqual([]);
  });

  it('every call', () => {
    // `getOrCreateMetric` is marked as internal there.
    const calls = Object.keys(willsoto).filter((name) => !['PrometheusModule', 'getOrCreateMetric'].includes(name));
    expect(calls).toContain('InjectMetric');
    const known = words.includes('makeCounterProvider') ? words : [];
    expect(calls.filter((call) => !known.includes(call))).toEqual([]);
    expect(words).toEqual(expect.arrayContaining(['register', 'registerAsync']));
  });

  it('every default metric of prom-client that is missing here', async () => {
    const registry = new Registry();
    collectDefaultMetrics({ register: registry });
    const theirs = (await registry.getMetricsAsJSON()).map(({ name }) => name);
    const ours = definitionsOf('nest').map(({ name }) => name);
    expect(theirs.length).toBeGreaterThan(20);
    expect(listed('nestjs-prometheus', 'default metric of prom-client').toSorted()).toEqual(
      theirs.filter((name) => !ours.includes(name)).toSorted(),
    );
    registry.clear();
  });
});

describe('docs/from-opentelemetry.md lists', () => {
  it.each([
    ['HttpInstrumentation', 'instrumentation-http', 'types.d.ts', 'HttpInstrumentationConfig'],
    ['PrometheusExporter', 'exporter-prometheus', 'export/types.d.ts', 'ExporterConfig'],
    ['meter', 'api', 'metrics/Meter.d.ts', 'Meter'],
  ])('every option or method of %s', (heading, packageName, file, type) => {
    const members = membersOf(declarations(`@opentelemetry/${packageName}`, `build/src/${file}`), type);
    expect(members.length).toBeGreaterThan(5);
    expect(wordsOf(listed('opentelemetry', heading)).toSorted()).toEqual(members);
  });
});

it("docs/from-opentelemetry.md lists the metrics of naming: 'otel'", () => {
  const names = definitionsOf('otel').map(({ name }) => name);
  expect(names.length).toBeGreaterThan(5);
  expect(listed('opentelemetry', "naming: 'otel'").toSorted()).toEqual(names.toSorted());
});

describe('docs/from-django-prometheus.md', () => {
  const names = listed('django-prometheus', 'django-prometheus');

  it('lists every metric once', () => {
    expect(names.length).toBe(34);
    expect(new Set(names).size).toBe(34);
  });

  it('lists those of the convention, and no other', () => {
    expect(names.toSorted()).toEqual(
      definitionsOf('django')
        .map(({ name }) => name)
        .toSorted(),
    );
  });
});
