import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { type DynamicModule, Module } from '@nestjs/common';
import { EventEmitterModule } from '@nestjs/event-emitter';
import { GraphQLModule } from '@nestjs/graphql';
import { ScheduleModule } from '@nestjs/schedule';
import { DogsModule } from '../dogs/dogs.module.js';
import { BarksGateway } from './barks.gateway.js';
import { DogsMessages } from './dogs.messages.js';
import { DOGS_SCHEMA, DogsResolver } from './dogs.resolver.js';
import { DoorsController } from './doors.controller.js';
import { Feeding } from './feeding.js';
import { KennelDiary } from './kennel-diary.js';
import { LettersModule } from './letters.module.js';
import { answerMessages, MessagesModule } from './messages.module.js';

export { answerMessages };

/** One door of each kind: events, schedule, GraphQL, messages over TCP, WebSockets, and a queue. */
@Module({
  imports: [
    DogsModule,
    EventEmitterModule.forRoot(),
    ScheduleModule.forRoot(),
    GraphQLModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, typeDefs: DOGS_SCHEMA, graphiql: true }),
  ],
  controllers: [DoorsController, DogsMessages],
  providers: [KennelDiary, Feeding, DogsResolver, BarksGateway],
})
export class DoorsModule {
  /**
   * @param messagesPort of the TCP microservice; none without it
   * @param queueUrl of the Redis of the queue; none without it
   */
  static on(messagesPort: number | undefined, queueUrl: string | undefined): DynamicModule {
    return {
      module: DoorsModule,
      imports: [
        ...(messagesPort === undefined ? [] : [MessagesModule.on(messagesPort)]),
        ...(queueUrl === undefined ? [] : [LettersModule.on(queueUrl)]),
      ],
    };
  }
}
