import { type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { finalize, type Observable } from 'rxjs';
import { type SpanContext } from '../../metrics/span-context.js';
import { type Sink } from '../sink.js';
import { type Handlers } from './handlers.js';

/** The outermost interceptor, only there when asked for: it alone can time interceptors, pipes and handler together. */
export class HandlerTimingInterceptor implements NestInterceptor {
  constructor(
    private readonly handlers: Handlers,
    private readonly sink: Sink,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http') return next.handle();
    const startedAt = performance.now();
    const span = this.sink.boundary.run('http', () => this.sink.activeSpan?.current());
    const timed = () => this.sink.boundary.run('http', () => this.timed(context, startedAt, span));
    return next.handle().pipe(finalize(timed));
  }

  private timed(context: ExecutionContext, startedAt: number, span: SpanContext | undefined): void {
    const durationSeconds = (performance.now() - startedAt) / 1000;
    const { handler } = this.handlers.of(context.getClass(), context.getHandler() as never);
    this.sink.listeners.handlerTimed(handler, durationSeconds, span);
  }
}
