/**
 * TypeORM's classes of errors, those of 0.3 and of 1.x: all that a version exports, and the one that none does. As text,
 * for an application without TypeORM does not load it because of us, and one with two copies has each class twice.
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

/** From which all of them inherit. */
const BASE = 'TypeORMError';

/**
 * TypeORM's class of an error, undefined if it is of none: the nearest that is in the list, so that neither the classes
 * of an application that extend one nor those of versions to come add a name. A copy whose names a minifier has changed
 * has none.
 */
export function typeOrmErrorType(error: Error): string | undefined {
  let nearest: string | undefined;
  for (const name of classNames(error)) {
    if (nearest === undefined && TYPEORM_ERRORS.has(name)) nearest = name;
    if (name === BASE) return nearest;
  }
  return undefined;
}

/** Of its class and of those that it extends, the nearest first. */
function* classNames(error: object): Generator<string | undefined> {
  let prototype = Object.getPrototypeOf(error) as { readonly constructor?: { readonly name?: string } } | null;
  while (prototype !== null) {
    yield prototype.constructor?.name;
    prototype = Object.getPrototypeOf(prototype) as typeof prototype;
  }
}
