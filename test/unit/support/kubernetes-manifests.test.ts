import { describe, expect, it } from 'vitest';
import { manifestFaults } from '../../support/kubernetes-manifests.js';

const POD_MONITOR = { apiVersion: 'monitoring.coreos.com/v1', kind: 'PodMonitor', metadata: { name: 'a' } };
const withEndpoint = (endpoint: object) => ({
  ...POD_MONITOR,
  spec: { selector: { matchLabels: { app: 'a' } }, podMetricsEndpoints: [endpoint] },
});

describe('the check of Kubernetes manifests', () => {
  it('accepts a right one', () => {
    expect(manifestFaults(withEndpoint({ port: 'metrics', interval: '15s' }))).toEqual([]);
  });

  it('finds a value that is wrong', () => {
    expect(manifestFaults(withEndpoint({ port: 9464 })).join()).toContain('port must be string');
    expect(manifestFaults(withEndpoint({ interval: '15 seconds' })).join()).toContain('interval must match pattern');
  });

  it('finds a field that does not exist', () => {
    expect(manifestFaults(withEndpoint({ port: 'metrics', bearerToken: 'a' })).join()).toContain('"bearerToken"');
  });

  it('finds a field that is missing', () => {
    expect(manifestFaults({ ...POD_MONITOR, spec: { podMetricsEndpoints: [] } } as never).join()).toContain('selector');
  });

  it('knows no other kinds', () => {
    expect(manifestFaults({ apiVersion: 'v1', kind: 'Kennel' })).toEqual(['There is no schema for v1 Kennel.']);
  });
});
