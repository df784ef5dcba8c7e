import 'reflect-metadata';
import { type Type } from '@nestjs/common';
import { type Handler } from '../events.js';
import { type Route } from './routes.js';

/** What is known of a handler: its names, and the routes that lead to it. */
export interface HandlerRoutes {
  readonly handler: Handler;
  /** Known at boot. With exactly one there is nothing to ask the request. */
  readonly routes: Route[];
}

type Method = (...args: never[]) => unknown;

/** The metadata key of `@Render`, the same in every Nest that we support. */
const RENDER_METADATA = '__renderTemplate__';

/** The handlers of an application. Keyed by class and method: inherited handlers share one function. */
export class Handlers {
  private readonly byMethod = new WeakMap<Method, WeakMap<Type, HandlerRoutes>>();

  of(controller: Type, method: Method): HandlerRoutes {
    return this.byMethod.get(method)?.get(controller) ?? this.add(controller, method);
  }

  private add(controller: Type, method: Method): HandlerRoutes {
    const template: unknown = Reflect.getMetadata(RENDER_METADATA, method);
    const entry: HandlerRoutes = {
      handler: {
        controller: controller.name,
        handler: method.name,
        template: typeof template === 'string' ? template : undefined,
      },
      routes: [],
    };
    const classes = this.byMethod.get(method) ?? new WeakMap<Type, HandlerRoutes>();
    this.byMethod.set(method, classes.set(controller, entry));
    return entry;
  }
}
