import { type Act } from './statements-app.js';
import { Dog } from './dog.js';

/** Something that a database refuses, with what is counted of it. */
export interface Fault<Code> {
  readonly title: string;
  /** By which the driver tells it. */
  readonly code: Code;
  /** `'insert integrity': 1`: operation and type of the errors. */
  readonly errors: Readonly<Record<string, number>>;
  readonly transactions?: Readonly<Record<string, number>>;
  readonly act: Act;
}

/** What every database refuses, under a code of its own. Bella is there already. */
const COMMON = {
  'a statement that is none': {
    errors: { 'select syntax': 1 },
    act: (source) => source.query('SELECT FROM WHERE'),
  },
  'a table that does not exist': {
    errors: { 'delete syntax': 1 },
    act: (source) => source.query('DELETE FROM nowhere'),
  },
  'a column that does not exist, in a query builder': {
    errors: { 'select syntax': 1 },
    act: (source) => source.getRepository(Dog).createQueryBuilder('dog').where('dog.nothing = 1').getMany(),
  },
  'a name that is taken': {
    errors: { 'insert integrity': 1 },
    act: (source) => source.getRepository(Dog).insert({ name: 'Bella' }),
  },
  'a name that is taken, in save()': {
    errors: { 'insert integrity': 1 },
    transactions: { rollback: 1 },
    act: (source) => source.getRepository(Dog).save({ name: 'Bella' }),
  },
  'a reference to nothing': {
    errors: { 'insert integrity': 1 },
    act: (source) => source.getRepository(Dog).insert({ name: 'Rex', kennel: { id: 999 } }),
  },
} satisfies Readonly<Record<string, Omit<Fault<never>, 'title' | 'code'>>>;

export function commonFaults<Code>(codes: Readonly<Record<keyof typeof COMMON, Code>>): readonly Fault<Code>[] {
  return Object.entries(COMMON).map(([title, fault]) => ({
    title,
    code: codes[title as keyof typeof COMMON],
    ...fault,
  }));
}
