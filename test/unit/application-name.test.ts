import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applicationName } from '../../lib/host/application-name.js';

let folder: string;
let inside: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'name-'));
  inside = join(folder, 'dist', 'src');
  mkdirSync(inside, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (directory: string, content: string) => writeFileSync(join(directory, 'package.json'), content);

describe('the name of the application', () => {
  it('is that of the nearest package.json', () => {
    write(folder, '{"name":"kennel"}');
    expect(applicationName(inside)).toBe('kennel');
    write(inside, '{"name":"@dogs/shop"}');
    expect(applicationName(inside)).toBe('@dogs/shop');
  });

  it.each(['{"type":"commonjs"}', '{"name":5}', '{"name":""}', '{', 'null'])('passes over %s', (content) => {
    write(folder, '{"name":"kennel"}');
    write(inside, content);
    expect(applicationName(inside)).toBe('kennel');
  });

  it('is the same for all without one', () => {
    expect(applicationName('/')).toBe('application');
  });

  it('is read from the working directory', () => {
    expect(applicationName()).toBe('nestjs-prometheus-exporter');
  });
});
