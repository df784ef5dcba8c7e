/** The parts of an Express and of a Fastify request that say which template matched. */
interface RoutedRequest {
  readonly route?: { readonly path?: unknown };
  readonly routeOptions?: { readonly url?: unknown };
}

/**
 * The template that the framework matched for a request that has reached a handler of Nest.
 * Before that, do not ask: Express then shows the last candidate, or a wildcard of its own.
 */
export function matchedTemplate(request: RoutedRequest): string | undefined {
  const template = request.routeOptions?.url ?? request.route?.path;
  return typeof template === 'string' ? template : undefined;
}
