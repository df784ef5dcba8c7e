/**
 * The names of TypeORM's error classes, in 0.3 and 1.x: all exported ones, and one that no version exports. They are
 * names because importing the classes would load TypeORM in applications that do not use it, and because an application
 * with two copies of TypeORM has each class twice.
 */
const TYPEORM_ERRORS: ReadonlySet<unknown> = new Set([
  'AlreadyHasActiveConnectionError',
  'CannotAttachTreeChildrenEntityError',
  'CannotConnectAlreadyConnectedError',
  'CannotCreateEntityIdMapError',
  'CannotDetermineEntityError',
  'CannotExecuteNotConnectedError',
  'CannotGetEntityManagerNotConnectedError',
  'CannotReflectMethodParameterTypeError',
  'CircularRelationsError',
  'ColumnTypeUndefinedError',
  'ConnectionIsNotSetError',
  'ConnectionNotFoundError',
  'CustomRepositoryCannotInheritRepositoryError',
  'CustomRepositoryDoesNotHaveEntityError',
  'CustomRepositoryNotFoundError',
  'DataTypeNotSupportedError',
  'DriverOptionNotSetError',
  'DriverPackageNotInstalledError',
  'EntityMetadataNotFoundError',
  'EntityNotFoundError',
  'EntityPropertyNotFoundError',
  'FindRelationsNotFoundError',
  'ForbiddenTransactionModeOverrideError',
  'InitializedRelationError',
  'InsertValuesMissingError',
  'LimitOnUpdateNotSupportedError',
  'LockNotSupportedOnGivenDriverError',
  'MetadataAlreadyExistsError',
  'MetadataWithSuchNameAlreadyExistsError',
  'MissingDeleteDateColumnError',
  'MissingDriverError',
  'MissingJoinColumnError',
  'MissingJoinTableError',
  'MissingPrimaryColumnError',
  'MustBeEntityError',
  'NamedPlaceholdersNotSupportedError',
  'NamingStrategyNotFoundError',
  'NestedSetMultipleRootError',
  'NoConnectionForRepositoryError',
  'NoConnectionOptionError',
  'NoNeedToReleaseEntityManagerError',
  'NoVersionOrUpdateDateColumnError',
  'OffsetWithoutLimitNotSupportedError',
  'OptimisticLockCanNotBeUsedError',
  'OptimisticLockVersionMismatchError',
  'PersistedEntityNotFoundError',
  'PessimisticLockTransactionRequiredError',
  'PrimaryColumnCannotBeNullableError',
  'QueryFailedError',
  'QueryRunnerAlreadyReleasedError',
  'QueryRunnerProviderAlreadyReleasedError',
  'RepositoryNotTreeError',
  'ReturningStatementNotSupportedError',
  'SubjectRemovedAndUpdatedError',
  'SubjectWithoutIdentifierError',
  'TransactionAlreadyStartedError',
  'TransactionNotStartedError',
  'TreeRepositoryNotSupportedError',
  'TypeORMError',
  'UpdateValuesMissingError',
  'UsingJoinColumnIsNotAllowedError',
  'UsingJoinColumnOnlyOnOneSideAllowedError',
  'UsingJoinTableIsNotAllowedError',
  'UsingJoinTableOnlyOnOneSideAllowedError',
]);

/** The base class of all of them. */
const BASE = 'TypeORMError';

/**
 * The name of TypeORM's class of an error, or undefined if it is not a TypeORM error. The nearest class in the list
 * counts, so that neither subclasses in an application nor those of future versions add a name. A copy of TypeORM whose
 * class names were minified yields undefined.
 */
export function typeOrmErrorType(error: Error): string | undefined {
  let nearest: string | undefined;
  for (const name of classNames(error)) {
    if (nearest === undefined && TYPEORM_ERRORS.has(name)) nearest = name;
    if (name === BASE) return nearest;
  }
  return undefined;
}

/** The names of the error's class and its base classes, nearest first. */
function* classNames(error: object): Generator<string | undefined> {
  let prototype = Object.getPrototypeOf(error) as { readonly constructor?: { readonly name?: string } } | null;
  while (prototype !== null) {
    yield prototype.constructor?.name;
    prototype = Object.getPrototypeOf(prototype) as typeof prototype;
  }
}
