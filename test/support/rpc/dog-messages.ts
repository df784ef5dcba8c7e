import {
  type CanActivate,
  Catch,
  Controller,
  type ExceptionFilter,
  Inject,
  Optional,
  ParseIntPipe,
  Scope,
  UseFilters,
  UseGuards,
} from '@nestjs/common';
import { EventPattern, MessagePattern, Payload, RpcException } from '@nestjs/microservices';
import { concat, NEVER, type Observable, of, range, throwError } from 'rxjs';
import { DataSource } from 'typeorm';

class LeashException extends RpcException {}

class ClosedGate implements CanActivate {
  canActivate(): boolean {
    return false;
  }
}

@Catch()
class ForgivingFilter implements ExceptionFilter {
  catch(): Observable<string> {
    return of('forgiven');
  }
}

/** Every kind of handler that a microservice can have. */
@Controller()
export class DogMessages {
  readonly born: unknown[] = [];
  /** Lets those go that wait in `dog.fetch`. */
  release: () => void = () => undefined;

  constructor(@Optional() @Inject(DataSource) private readonly source?: DataSource) {}

  @MessagePattern('dog.name')
  name(@Payload() name: string): string {
    return `${name}!`;
  }

  @MessagePattern({ cmd: 'dog.find', by: { id: 1 } })
  async find(@Payload() id: number): Promise<number> {
    await this.source?.query('SELECT 1');
    await this.source?.query('SELECT 2');
    return id;
  }

  @MessagePattern('dog.bark')
  bark(@Payload() times: number): Observable<number> {
    return range(1, times);
  }

  @MessagePattern('dog.bite')
  bite(): never {
    throw new LeashException('no biting');
  }

  @MessagePattern('dog.lost')
  lost(): Observable<never> {
    return throwError(() => new RangeError('out of sight'));
  }

  @MessagePattern('dog.enter')
  @UseGuards(ClosedGate)
  enter(): string {
    return 'unreachable';
  }

  @MessagePattern('dog.weigh')
  weigh(@Payload(ParseIntPipe) kilograms: number): number {
    return kilograms;
  }

  @MessagePattern('dog.chew')
  @UseFilters(new ForgivingFilter())
  chew(): never {
    throw new TypeError('not a bone');
  }

  @MessagePattern('dog.watch')
  watch(): Observable<string> {
    return concat(of('asleep'), NEVER);
  }

  @MessagePattern('dog.fetch')
  fetch(): Promise<string> {
    return new Promise((resolve) => (this.release = () => resolve('the stick')));
  }

  @MessagePattern('dog.seek')
  async seek(): Promise<Observable<never>> {
    await this.fetch();
    return NEVER;
  }

  @EventPattern('dog.born')
  celebrate(@Payload() name: string): void {
    this.born.push(name);
  }

  @EventPattern('dog.born')
  register(@Payload() name: string): Observable<string> {
    this.born.push(name);
    return of(name);
  }

  @EventPattern('dog.died')
  mourn(@Payload() name: string): string {
    throw new RpcException(`too sad about ${name}`);
  }
}

@Controller({ scope: Scope.REQUEST })
export class RequestScopedDogMessages {
  @MessagePattern('dog.groom')
  async groom(@Payload() name: string): Promise<string> {
    await Promise.resolve();
    if (name === 'Rex') throw new TypeError('does not hold still');
    return `${name} shines`;
  }
}

/** All patterns, as the metrics name them. */
export const PATTERNS = [
  'dog.name',
  '{"by":{"id":1},"cmd":"dog.find"}',
  'dog.bark',
  'dog.bite',
  'dog.lost',
  'dog.enter',
  'dog.weigh',
  'dog.chew',
  'dog.watch',
  'dog.fetch',
  'dog.seek',
  'dog.born',
  'dog.died',
  'dog.groom',
] as const;
