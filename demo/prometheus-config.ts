import { parseDocument } from 'yaml';
import { exampleText, repositoryPath } from '../test/support/examples.js';

/** The example's configuration with another target, to be read from another folder. */
export function prometheusConfig(target: string): string {
  const config = parseDocument(exampleText('prometheus/prometheus.yml'));
  config.setIn(['rule_files', 0], repositoryPath('examples/prometheus/rules/*.yml'));
  config.setIn(['scrape_configs', 0, 'static_configs', 0, 'targets'], [target]);
  return config.toString();
}
