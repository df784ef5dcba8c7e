import { expect, it } from 'vitest';
import { controllerOf, type WebSocketsController } from '../../lib/observe/websocket/web-sockets-controller.js';

const method = () => undefined;
const KNOWN = {
  config: { getIoAdapter: method },
  contextCreator: { create: method, wsProxy: { create: method } },
  getConnectionHandler: method,
};

const socketModuleWith = (webSocketsController: object | undefined) => ({
  webSocketsController: webSocketsController as WebSocketsController,
  connectAllGateways: method,
});

it('a controller with all that is used is taken as it is', () => {
  expect(controllerOf(socketModuleWith(KNOWN))).toBe(KNOWN);
});

it.each<[string, object | undefined]>([
  ['no controller', undefined],
  ['no creator', { ...KNOWN, contextCreator: undefined }],
  ['a creator without a proxy', { ...KNOWN, contextCreator: { create: method } }],
  ['a creator that makes nothing', { ...KNOWN, contextCreator: { wsProxy: { create: method } } }],
  ['no handler of connections', { ...KNOWN, getConnectionHandler: 'renamed' }],
  ['no adapter', { ...KNOWN, config: {} }],
])('one of another version is refused: %s', (_, controller) => {
  expect(() => controllerOf(socketModuleWith(controller))).toThrow('@nestjs/websockets connects gateways');
});
