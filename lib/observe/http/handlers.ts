import 'reflect-metadata';
import { type Type } from '@nestjs/common';
import { type Handler } from '../events.js';
import { type RouteTemplate } from './route-templates.js';

/** What is known of a handler: its names, and the templates that lead to it. */
export interface HandlerRoutes {
  readonly controller: Type;
  readonly handler: Handler;
  /** Known at boot. With exactly one there is nothing to ask the request. */
  readonly templates: RouteTemplate[];
}

/** A method of a controller. */
export type HandlerMethod = (...args: never[]) => unknown;

/** The metadata key of `@Render`, the same in every Nest that we support. */
const RENDER_METADATA = '__renderTemplate__';

/**
 * The handlers of an application. Several classes may share the function of a method that they inherit, so each
 * function has a list; nearly always it is a list of one, and finding a handler is one lookup.
 */
export class Handlers {
  private readonly byMethod = new Map<HandlerMethod, HandlerRoutes[]>();

  of(controller: Type, method: HandlerMethod): HandlerRoutes {
    const sharing = this.byMethod.get(method);
    if (sharing !== undefined) {
      for (const entry of sharing) if (entry.controller === controller) return entry;
    }
    return this.add(controller, method);
  }

  private add(controller: Type, method: HandlerMethod): HandlerRoutes {
    const template: unknown = Reflect.getMetadata(RENDER_METADATA, method);
    const entry: HandlerRoutes = {
      controller,
      handler: {
        controller: controller.name,
        handler: method.name,
        template: typeof template === 'string' ? template : undefined,
      },
      templates: [],
    };
    this.byMethod.set(method, [...(this.byMethod.get(method) ?? []), entry]);
    return entry;
  }
}
