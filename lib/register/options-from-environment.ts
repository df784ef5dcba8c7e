import { isObject } from '../options/is-object.js';
import { optionsError } from '../options/option-rules.js';
import { optionsFromText } from '../options/resolve-options.js';
import { faultsOf } from '../prometheus.options-check.js';
import { optionRules } from '../prometheus.options-rules.js';
import { type PrometheusOptions } from '../prometheus.options.js';
import { readConfigFile } from './config-file.js';
import { CONFIG_VARIABLE, type Environment, ownVariables, variableOf } from './variables.js';
import { FaultNames, unreadVariables } from './variable-faults.js';

type Options = Record<string, unknown>;

/** The port that OpenTelemetry's Prometheus exporters have registered. */
const PORT = 9464;

/**
 * The options of an application that was started with `register`: those of the variables, else those of the file. The
 * metrics are on a port of their own unless another one is given, and the application gets no route unless `path` is
 * given, so that none of its guards is in the way.
 *
 * @errors throws one error with a sentence for each fault, which begins with the name of the variable or the file
 */
export function optionsFromEnvironment(environment: Environment): PrometheusOptions {
  const rules = optionRules();
  const variables = ownVariables(environment);
  const file = readConfigFile(variables.get(CONFIG_VARIABLE));
  const texts = optionsFromText(rules, (option) => variables.get(variableOf(option)));
  const options = withDefaultPlaces(merged(file.options, texts));
  const names = new FaultNames(rules, variables);
  const faults = [
    ...file.faults,
    ...unreadVariables(rules, variables),
    ...faultsOf(options).map((fault) => names.named(fault)),
  ];
  if (faults.length > 0) throw optionsError('PrometheusModule', faults);
  return options;
}

/** `over` wins, option by option. */
function merged(under: Options, over: Options): Options {
  const result = { ...under };
  for (const [name, value] of Object.entries(over)) {
    const below = result[name];
    result[name] = isObject(below) && isObject(value) ? merged(below, value) : value;
  }
  return result;
}

function withDefaultPlaces(given: Options): Options {
  const { path = false, server = {} } = given;
  return { ...given, path, server: isObject(server) ? withPort(server) : server };
}

function withPort(server: Readonly<Options>): Options {
  const { port, ports } = server;
  return port === undefined && ports === undefined ? { ...server, port: PORT } : { ...server };
}
