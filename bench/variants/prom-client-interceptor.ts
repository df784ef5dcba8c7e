import {
  type CallHandler,
  Controller,
  type ExecutionContext,
  Get,
  type INestApplication,
  Module,
  type NestInterceptor,
} from '@nestjs/common';
import { Counter, Histogram, register } from 'prom-client';
import { catchError, type Observable, tap, throwError } from 'rxjs';
import { type Adapter, helloApp } from './hello-app.js';

/**
 * The approach of most articles and applications: a global interceptor that measures the handler. Without prom-client's
 * default metrics, which would only add to its cost.
 */
export async function create(adapter: Adapter): Promise<INestApplication> {
  const app = await helloApp(adapter, [MetricsModule]);
  app.useGlobalInterceptors(new MetricsInterceptor(adapter === 'express' ? expressRoute : fastifyRoute));
  return app;
}

@Controller('metrics')
class MetricsController {
  @Get()
  metrics(): Promise<string> {
    return register.metrics();
  }
}

@Module({ controllers: [MetricsController] })
class MetricsModule {}

interface Request {
  readonly method: string;
  readonly route?: { readonly path: string };
  readonly routeOptions?: { readonly url?: string };
}

function expressRoute(request: Request): string {
  return request.route?.path ?? 'unknown';
}

function fastifyRoute(request: Request): string {
  return request.routeOptions?.url ?? 'unknown';
}

const LABELS = ['method', 'route', 'status'] as const;

class MetricsInterceptor implements NestInterceptor {
  private readonly requests = new Counter({
    name: 'http_requests_total',
    help: 'Requests answered.',
    labelNames: LABELS,
  });
  private readonly durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time in the handler.',
    labelNames: LABELS,
  });

  constructor(private readonly route: (request: Request) => string) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<Request>();
    const response = context.switchToHttp().getResponse<{ statusCode: number }>();
    const end = this.durations.startTimer();
    const finish = (status: number) => {
      const labels = { method: request.method, route: this.route(request), status };
      this.requests.inc(labels);
      end(labels);
    };
    return next.handle().pipe(
      tap(() => finish(response.statusCode)),
      catchError((error: { status?: number }) => {
        finish(error.status ?? 500);
        return throwError(() => error);
      }),
    );
  }
}
