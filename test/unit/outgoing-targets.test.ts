import { describe, expect, it } from 'vitest';
import { OutgoingTargets } from '../../lib/observe/outgoing/outgoing-targets.js';

const hostOf = (targets: OutgoingTargets, origin: string) => targets.of('GET', '', origin).host;

describe('the target of an outgoing request', () => {
  it('is one object per method, scheme and host, however the host is written', () => {
    const targets = new OutgoingTargets(undefined);
    const target = targets.of('GET', 'https:', 'Example.com:443');
    expect(target).toEqual({ method: 'GET', scheme: 'https', host: 'example.com', address: 'example.com', port: 443 });
    expect(targets.of('GET', '', 'https://example.com')).toBe(target);
    expect(targets.of('POST', '', 'https://example.com')).not.toBe(target);
    expect(targets.of('GET', 'http:', 'example.com:443')).toMatchObject({ host: 'example.com:443', port: 443 });
    expect(targets.of('BREW', 'http:', '[::1]:3000')).toMatchObject({ method: '_OTHER', host: '[::1]:3000' });
  });

  it('has no path, query or user', () => {
    const targets = new OutgoingTargets(undefined);
    expect(hostOf(targets, 'http://user:secret@example.com:8080/path?query#hash')).toBe('example.com:8080');
  });

  it('has one of the first 50 hosts, whatever comes later', () => {
    const targets = new OutgoingTargets(undefined);
    const hosts = Array.from({ length: 10_000 }, (_, i) => hostOf(targets, `http://h${i}.test`));
    expect(new Set(hosts).size).toBe(51);
    expect(hosts.slice(49, 51)).toEqual(['h49.test', '_OTHER']);
    expect(hostOf(targets, 'http://h7.test')).toBe('h7.test');
    expect(targets.of('GET', '', 'http://h50.test')).toBe(targets.of('GET', '', 'http://h9999.test'));
    expect(targets.of('GET', '', 'http://h50.test')).toMatchObject({ address: '_OTHER', port: undefined });
  });

  it.each(['', 'no origin', 'http://', 'http://%', 'null'])('has no host of its own where that is "%s"', (origin) => {
    const targets = new OutgoingTargets(undefined);
    expect(hostOf(targets, origin)).toBe('_OTHER');
    expect(hostOf(targets, 'http://example.com')).toBe('example.com');
  });

  it('has a declared host, the pattern that matches, or none', () => {
    const targets = new OutgoingTargets(['example.com', 'inventory:8080', '*.shop.test', '*.shop.test:8443']);
    expect(hostOf(targets, 'https://example.com')).toBe('example.com');
    expect(hostOf(targets, 'http://example.com:8080')).toBe('_OTHER');
    expect(hostOf(targets, 'http://inventory:8080')).toBe('inventory:8080');
    expect(hostOf(targets, 'http://inventory')).toBe('_OTHER');
    expect(targets.of('GET', '', 'https://a.shop.test')).toBe(targets.of('GET', '', 'https://b.c.shop.test'));
    expect(targets.of('GET', '', 'https://a.shop.test:8443')).toMatchObject({
      host: '*.shop.test:8443',
      address: '*.shop.test',
      port: 8443,
    });
    expect(hostOf(targets, 'https://shop.test')).toBe('_OTHER');
    expect(hostOf(targets, 'https://evilshop.test')).toBe('_OTHER');
    expect(targets.known().map(({ method, host }) => [method, host])).toEqual([
      ['GET', 'example.com'],
      ['GET', 'inventory:8080'],
    ]);
  });
});
