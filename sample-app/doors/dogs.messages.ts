import { Controller } from '@nestjs/common';
import { EventPattern, MessagePattern, Payload, RpcException } from '@nestjs/microservices';
import { DogsService } from '../dogs/dogs.service.js';

/** The dogs at the door of messages: over TCP, with `MESSAGES_PORT`. */
@Controller()
export class DogsMessages {
  private barks = 0;

  constructor(private readonly dogs: DogsService) {}

  @MessagePattern('dogs.count')
  async count(): Promise<number> {
    const dogs = await this.dogs.findAll();
    return dogs.length;
  }

  @MessagePattern('dogs.fetch')
  fetch(@Payload() stick: string): string {
    if (stick === '') {
      throw new RpcException('There is no stick.');
    }
    return stick;
  }

  @EventPattern('dogs.barked')
  barked(@Payload() _bark: unknown): void {
    this.barks += 1;
  }
}
