import { BadGatewayException, Controller, DefaultValuePipe, Get, Headers, Post, Query, Render } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { KennelDiary } from './kennel-diary.js';

const NEIGHBOUR_TIMEOUT_MS = 1000;

/** Ways to use the other doors from a browser. */
@Controller()
export class DoorsController {
  constructor(
    private readonly emitter: EventEmitter2,
    private readonly diary: KennelDiary,
  ) {}

  /** Emits an event, whose handler writes in the diary. */
  @Post('arrivals')
  arrive(@Query('name', new DefaultValuePipe('Laika')) name: string): readonly string[] {
    this.emitter.emit('dog.arrived', { name, breed: 'Mongrel' });
    return this.diary.entries;
  }

  /** A page with a client of socket.io. */
  @Get('barks')
  @Render('barks')
  barks(): object {
    return {};
  }

  /** A request to another host: to this application itself, or to a port that nobody listens on. */
  @Get('neighbour')
  async neighbour(
    @Headers('host') host: string,
    @Query('port', new DefaultValuePipe('')) port: string,
  ): Promise<{ readonly breeds: unknown }> {
    const at = /^\d{1,5}$/.test(port) ? `localhost:${port}` : host;
    try {
      const response = await fetch(`http://${at}/breeds`, { signal: AbortSignal.timeout(NEIGHBOUR_TIMEOUT_MS) });
      return { breeds: await response.json() };
    } catch {
      throw new BadGatewayException('The neighbour does not answer.');
    }
  }
}
