import { type INestApplicationContext, type INestMicroservice } from '@nestjs/common';
import { ClientProxyFactory, type MicroserviceOptions, Transport } from '@nestjs/microservices';
import { type AddressInfo, type Server } from 'node:net';
import { MetricsEndpoint } from '../../../lib/expose/endpoint.js';
import { createServer } from 'node:http';
import { type Exposition, readExposition } from '../exposition.js';
import { send } from '../http-client.js';
import { listen } from '../listen.js';
import { AskingClient } from './asking-client.js';

/** On any port; it is known once it listens. */
export const TCP: MicroserviceOptions = { transport: Transport.TCP, options: { host: '127.0.0.1', port: 0 } };

export function tcpPort(microservice: INestMicroservice): number {
  return (microservice.unwrap<Server>().address() as AddressInfo).port;
}

export async function connectByTcp(microservice: INestMicroservice): Promise<AskingClient> {
  const options = { host: '127.0.0.1', port: tcpPort(microservice) };
  const client = new AskingClient(ClientProxyFactory.create({ transport: Transport.TCP, options }));
  await client.proxy.connect();
  return client;
}

/** The metrics of an application without HTTP, over a server that is not its own. */
export async function readMetrics(app: INestApplicationContext): Promise<Exposition> {
  const endpoint = app.get(MetricsEndpoint);
  const server = createServer((request, response) => void endpoint.answer(request, response));
  try {
    return readExposition((await send(await listen(server))).body, 'text');
  } finally {
    server.close();
  }
}
