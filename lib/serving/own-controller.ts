import { type CanActivate, SetMetadata, type Type, UseGuards } from '@nestjs/common';

/** Where a controller of ours is, and what the application puts on it. */
export interface OwnControllerOptions {
  readonly path: string;
  readonly guards: readonly (Type<CanActivate> | CanActivate)[];
  readonly decorators: readonly ClassDecorator[];
}

/** What `@ApiExcludeController()` of @nestjs/swagger sets: our routes are no part of the application's API. */
const OutsideApiDocuments = (): ClassDecorator => SetMetadata('swagger/apiExcludeController', [true]);

/**
 * Puts the decorators and guards of the application on a controller class that was made for this application alone.
 *
 * @returns that class, or the one that a decorator returned instead of it
 */
export function decorateController(
  controller: Type,
  { guards, decorators }: Pick<OwnControllerOptions, 'guards' | 'decorators'>,
): Type {
  return [OutsideApiDocuments(), ...decorators, UseGuards(...guards)].reduce<Type>(
    (decorated, decorate) => decorate(decorated) ?? decorated,
    controller,
  );
}
