import { type Operation } from '../operation-events.js';
import { type Gateway } from '../websocket-events.js';

/** The gateways of an application and their events: one object for each name. */
export class GatewayNames {
  private readonly gateways = new Map<string, Gateway>();
  private readonly operations = new Map<Gateway, Map<string, Operation>>();

  /** @param onNew called for each gateway and each event, once */
  constructor(private readonly onNew: { gateway(gateway: Gateway): void; operation(operation: Operation): void }) {}

  gatewayOf(instance: object): Gateway {
    const { name } = instance.constructor;
    const known = this.gateways.get(name);
    if (known !== undefined) return known;
    const gateway: Gateway = { name };
    this.gateways.set(name, gateway);
    this.operations.set(gateway, new Map());
    this.onNew.gateway(gateway);
    return gateway;
  }

  /** @param message as `@SubscribeMessage()` names it */
  operationOf(gateway: Gateway, message: unknown): Operation {
    const event = typeof message === 'string' ? message : (JSON.stringify(message) ?? String(message));
    const operations = this.operations.get(gateway)!;
    const known = operations.get(event);
    if (known !== undefined) return known;
    const operation: Operation = { door: 'websocket', names: { gateway: gateway.name, event } };
    operations.set(event, operation);
    this.onNew.operation(operation);
    return operation;
  }
}
