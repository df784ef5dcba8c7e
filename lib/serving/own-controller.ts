import { type CanActivate, SetMetadata, type Type, UseGuards } from '@nestjs/common';

/** The path of one of our controllers, and the guards and decorators that the application adds. */
export interface OwnControllerOptions {
  readonly path: string;
  readonly guards: readonly (Type<CanActivate> | CanActivate)[];
  readonly decorators: readonly ClassDecorator[];
}

/**
 * The metadata of `@ApiExcludeController()` of @nestjs/swagger: our routes do not belong to the API of the application.
 */
const OutsideApiDocuments = (): ClassDecorator => SetMetadata('swagger/apiExcludeController', [true]);

/**
 * Applies the application's decorators and guards to a controller class that was created for this application only.
 *
 * @returns that class, or the class that a decorator returned instead
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
