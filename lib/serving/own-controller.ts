import { type CanActivate, type Type, UseGuards } from '@nestjs/common';

/** Where a controller of ours is, and what the application puts on it. */
export interface OwnControllerOptions {
  readonly path: string;
  readonly guards: readonly (Type<CanActivate> | CanActivate)[];
  readonly decorators: readonly ClassDecorator[];
}

/** Puts the decorators and guards of the application on a controller class that was made for this application alone. */
export function decorateController(
  controller: Type,
  { guards, decorators }: Pick<OwnControllerOptions, 'guards' | 'decorators'>,
): Type {
  for (const decorate of [...decorators, UseGuards(...guards)]) decorate(controller);
  return controller;
}
