import { Controller, DefaultValuePipe, Get, Inject, Query } from '@nestjs/common';
import { ClientProxy } from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';

export const OWN_MESSAGES = Symbol('a client of the own TCP microservice');

/** Sends messages over TCP to the application itself. */
@Controller('messages')
export class MessagesController {
  constructor(@Inject(OWN_MESSAGES) private readonly client: ClientProxy) {}

  @Get()
  async count(@Query('pattern', new DefaultValuePipe('dogs.count')) pattern: string): Promise<{ answer: unknown }> {
    this.client.emit('dogs.barked', {});
    return { answer: await firstValueFrom(this.client.send<unknown>(pattern, '')) };
  }
}
