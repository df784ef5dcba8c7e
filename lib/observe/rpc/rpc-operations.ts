import { type Operation } from '../operation-events.js';
import { type Executions } from '../operations/executions.js';
import { type RpcTransport } from './rpc-server.js';

/** One operation per transport and pattern, however many microservices of the application have it. */
export class RpcOperations {
  private readonly byNames = new Map<string, Operation>();

  constructor(private readonly executions: Executions) {}

  of(transport: RpcTransport, pattern: string): Operation {
    const names = `${transport} ${pattern}`;
    const known = this.byNames.get(names);
    if (known !== undefined) return known;
    const operation: Operation = { door: 'rpc', names: { transport, pattern } };
    this.byNames.set(names, operation);
    this.executions.known([operation]);
    return operation;
  }
}
