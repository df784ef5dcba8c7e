import { type StatementError } from '../../observe/database-events.js';

/** The exceptions of Python's database API that statements end in, as Django has them in `django.db`. */
export const DJANGO_ERRORS = ['IntegrityError', 'OperationalError', 'ProgrammingError', 'DatabaseError'] as const;
export type DjangoError = (typeof DJANGO_ERRORS)[number];

const BY_CAUSE: Readonly<Record<StatementError, DjangoError>> = {
  integrity: 'IntegrityError',
  connection: 'OperationalError',
  serialization: 'OperationalError',
  timeout: 'OperationalError',
  syntax: 'ProgrammingError',
  other: 'DatabaseError',
};

/**
 * The class that Django raises for a cause. SQLite reports unknown tables and syntax errors with the code of most other
 * errors, and so Python's driver raises OperationalError for them.
 */
export function djangoError(error: StatementError, vendor: string): DjangoError {
  return vendor === 'sqlite' && error === 'syntax' ? 'OperationalError' : BY_CAUSE[error];
}
