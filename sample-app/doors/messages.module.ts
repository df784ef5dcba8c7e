import { type DynamicModule, type INestApplication, Module } from '@nestjs/common';
import { ClientProxyFactory, Transport } from '@nestjs/microservices';
import { MessagesController, OWN_MESSAGES } from './messages.controller.js';

/** A client of the application's own TCP microservice. */
@Module({})
export class MessagesModule {
  static on(port: number): DynamicModule {
    return {
      module: MessagesModule,
      controllers: [MessagesController],
      providers: [{ provide: OWN_MESSAGES, useFactory: () => ClientProxyFactory.create(tcp(port)) }],
    };
  }
}

/** Makes the application answer messages too. */
export function answerMessages(app: INestApplication, port: number): void {
  app.connectMicroservice(tcp(port));
}

function tcp(port: number) {
  return { transport: Transport.TCP as const, options: { host: '127.0.0.1', port } };
}
