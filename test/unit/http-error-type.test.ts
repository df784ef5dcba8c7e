import { RpcException } from '@nestjs/microservices';
import { WsException } from '@nestjs/websockets';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { errorType } from '../../lib/catalogue/error-type.js';

type Errors = Readonly<Record<string, new (...args: never[]) => Error>> & { readonly TypeORMError: typeof Error };

/** Three copies of TypeORM in one process, as those of three dependencies are. */
const COPIES = {
  '1.1': '../../package.json',
  '0.3.31': '../typeorm-0.3/package.json',
  '0.3.20': '../typeorm-0.3.20/package.json',
};
const copies = Object.entries(COPIES).map(([version, host]) => {
  const require = createRequire(new URL(host, import.meta.url));
  return [version, require('typeorm') as Errors] as const;
});

describe.each(copies)('error_type of errors of TypeORM %s', (_, typeorm) => {
  const names = Object.keys(typeorm).filter((name) => typeorm[name]?.prototype instanceof typeorm.TypeORMError);

  it('is the name of every class that it exports', () => {
    expect(names.length).toBeGreaterThan(50);
    for (const name of names) {
      const error = Object.create(typeorm[name]!.prototype as object) as Error;
      expect(errorType(error, [])).toBe(name);
    }
    expect(errorType(new typeorm.TypeORMError('of none of the others'), [])).toBe('TypeORMError');
  });

  it('of classes that extend one is the nearest of TypeORM: they add no label value', () => {
    const types = new Set(
      Array.from(Array(1000).keys(), (index) => {
        const Own = { [`Own${index}`]: class extends typeorm.TypeORMError {} }[`Own${index}`]!;
        return errorType(new Own('mine'), []);
      }),
    );
    expect([...types]).toEqual(['TypeORMError']);
    class Missing extends typeorm['CannotExecuteNotConnectedError']! {}
    expect(errorType(Object.create(Missing.prototype) as Error, [])).toBe('CannotExecuteNotConnectedError');
  });

  it('of one that the application has registered is that one', () => {
    class Refused extends typeorm.TypeORMError {}
    expect(errorType(new Refused('mine'), [Refused])).toBe('Refused');
  });
});

describe('error_type of what only looks like an error of TypeORM', () => {
  class QueryFailedError extends Error {}
  /** As a minifier leaves it. */
  const Minified = { t: class extends Error {} }.t;

  it.each<[string, unknown]>([
    ['a class of that name that extends no TypeORMError', new QueryFailedError()],
    ['an instance that says so itself', Object.assign(new (class extends Error {})(), { name: 'QueryFailedError' })],
    ['a class without its name', new Minified()],
    ['no error', { constructor: { name: 'TypeORMError' } }],
    ['a class without a prototype', Object.setPrototypeOf(new Error('none'), null)],
  ])('is _OTHER: %s', (_, error) => {
    expect(errorType(error, [])).toBe('_OTHER');
  });
});

describe('error_type of exceptions of messages', () => {
  class LeashException extends RpcException {}

  it.each<[string, Error]>([
    ['RpcException', new RpcException('no biting')],
    ['WsException', new WsException('no barking')],
    ['LeashException', new LeashException('no biting')],
  ])('is the name of their class: %s', (name, error) => {
    expect(errorType(error, [])).toBe(name);
  });
});
