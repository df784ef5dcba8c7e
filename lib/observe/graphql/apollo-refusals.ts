import { type DriverOptions, type GraphQLDriver } from './graphql-drivers.js';

/** What of the context of a request is read in a plugin of Apollo Server. The same in 4 and 5. */
interface RequestContext {
  /** The text of the request; undefined if it could not be found. */
  readonly source?: string;
  readonly errors?: readonly { readonly path?: unknown }[];
}

/** Reports requests to Apollo Server that fail before any resolver, with a plugin of ours. */
export function observeApollo(
  driver: GraphQLDriver,
  options: DriverOptions,
  refused: (text: unknown, error: unknown) => void,
): void {
  if (!isApollo(driver)) return;
  const listener = {
    didEncounterErrors: async ({ source, errors = [] }: RequestContext) => {
      // Without a text it is a client that asks whether its query is known by its hash. Errors of fields have a path.
      if (source !== undefined && errors.every(({ path }) => path === undefined)) refused(source, errors[0]);
    },
  };
  const given = Array.isArray(options.plugins) ? (options.plugins as unknown[]) : [];
  options.plugins = [...given, { requestDidStart: async () => listener }];
}

function isApollo(driver: GraphQLDriver): boolean {
  let type = Object.getPrototypeOf(driver) as object | null;
  while (type !== null) {
    if (type.constructor.name === 'ApolloBaseDriver') return true;
    type = Object.getPrototypeOf(type) as object | null;
  }
  return false;
}
