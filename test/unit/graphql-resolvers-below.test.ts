import { buildSchema, type GraphQLObjectType } from 'graphql';
import { describe, expect, it } from 'vitest';
import { type GraphQLSchema } from '../../lib/observe/graphql/graphql-schema.js';
import { ResolversBelow } from '../../lib/observe/graphql/resolvers-below.js';

const schema = buildSchema(`
  type Query { version: String! mood: Mood dog: Dog dogs: [Dog!]! pet: Pet animal: Animal kennel: Kennel! stone: Stone }
  type Mutation { adopt: Adoption! }
  type Adoption { query: Query! }
  type Dog { name: String! friend: Dog owner: String }
  type Cat implements Animal { name: String! }
  type Stone implements Animal { name: String! like: Stone mood: Mood }
  type Kennel { first: Pet }
  interface Animal { name: String! }
  union Pet = Cat | Dog
  enum Mood { HAPPY }
`);
(schema.getType('Dog') as GraphQLObjectType).getFields()['owner']!.resolve = () => 'Ann';

/** Only what the library uses of it. */
const used = schema as unknown as GraphQLSchema;

describe('resolvers below a field', () => {
  const below = new ResolversBelow(used);
  const query = used.getQueryType()!.getFields();

  it.each(['dog', 'dogs', 'pet', 'kennel'])('are found below %s', (name) => {
    expect(below.has(query[name]!)).toBe(true);
  });

  it.each(['version', 'mood', 'animal', 'stone'])('are not found below %s', (name) => {
    expect(below.has(query[name]!)).toBe(false);
  });

  it('are those of a root type, too', () => {
    expect(below.has(used.getMutationType()!.getFields()['adopt']!)).toBe(true);
  });
});
