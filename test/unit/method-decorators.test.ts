import 'reflect-metadata';
import { BehaviorSubject, concat, firstValueFrom, Observable, of, range, take, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { Counted, defineCounter, defineHistogram, MetricStore, oneOf, boundedBy, Timed } from '../../lib/index.js';
import { giveLink, MethodLink } from '../../lib/decorate/method-link.js';
import { insideOf, liveSeries } from '../support/engine-inside.js';

const help = 'Calls.';
const CALLS_TOTAL = defineCounter({ name: 'calls_total', help, labels: { outcome: oneOf('success', 'error') } });

/** An instance that belongs to an application, and what was counted of it. */
function linked<T extends object>(instance: T) {
  const store = new MetricStore();
  const link = new MethodLink();
  const faults: unknown[] = [];
  link.open(store, (error) => faults.push(error));
  giveLink(instance, link);
  const read = (outcome: 'success' | 'error') => {
    const series = liveSeries(store.counter(CALLS_TOTAL).known({ outcome }));
    return series.cells[series.at];
  };
  return { instance, store, link, faults, counts: () => [read('success'), read('error')] };
}

/** Runs what it is given. */
class Runner {
  @Counted(CALLS_TOTAL)
  run<T>(work: () => T): T {
    return work();
  }
}

class OwnPromise<T> extends Promise<T> {
  readonly own = true;
}

describe('a decorated method', () => {
  it('hands its result, its error and its arguments through, as the same objects', () => {
    const { instance, counts } = linked(new Runner());
    const [result, error] = [{}, new Error('thrown')];
    expect(instance.run(() => result)).toBe(result);
    expect(() =>
      instance.run(() => {
        throw error;
      }),
    ).toThrow(error);
    expect(counts()).toEqual([1, 1]);
  });

  it('counts a promise when it settles, with its value or its error', async () => {
    const { instance, counts } = linked(new Runner());
    const error = new Error('rejected');
    let resolve: (value: number) => void = () => undefined;
    const pending = instance.run(() => new Promise<number>((given) => (resolve = given)));
    expect(counts()).toEqual([0, 0]);
    resolve(5);
    expect(await pending).toBe(5);
    await expect(instance.run(() => Promise.reject(error))).rejects.toBe(error);
    expect(counts()).toEqual([1, 1]);
  });

  it('leaves the rejection that nobody handles to be noticed', async () => {
    const { instance } = linked(new Runner());
    const noticed = new Promise((resolve) => {
      const listeners = process.listeners('unhandledRejection');
      process.removeAllListeners('unhandledRejection');
      process.once('unhandledRejection', (reason) => {
        for (const listener of listeners) process.on('unhandledRejection', listener);
        resolve(reason);
      });
    });
    void instance.run(() => Promise.reject(new Error('nobody')));
    expect(await noticed).toEqual(new Error('nobody'));
  });

  it('hands thenables and promises of other classes on as they are, and asks them nothing', () => {
    const { instance, counts } = linked(new Runner());
    const query = {
      // oxlint-disable-next-line unicorn/no-thenable -- as query builders are
      then: () => {
        throw new Error('run');
      },
    };
    expect(instance.run(() => query)).toBe(query);
    const own = OwnPromise.resolve(1);
    expect(instance.run(() => own)).toBe(own);
    expect(counts()).toEqual([2, 0]);
  });

  it('counts an observable at the end of each subscription', async () => {
    const { instance, counts } = linked(new Runner());
    const cold = instance.run(() => of(1, 2));
    expect(cold).toBeInstanceOf(Observable);
    expect(counts()).toEqual([0, 0]);
    await firstValueFrom(cold);
    cold.subscribe();
    expect(counts()).toEqual([2, 0]);
    const failing = instance.run(() =>
      concat(
        of(1),
        throwError(() => new Error('failed')),
      ),
    );
    failing.subscribe({ error: () => undefined });
    expect(counts()).toEqual([2, 1]);
    const seen: number[] = [];
    instance
      .run(() => range(0, Infinity))
      .pipe(take(2))
      .subscribe((value) => seen.push(value));
    expect(seen).toEqual([0, 1]);
    expect(counts()).toEqual([3, 1]);
    instance
      .run(() => new Observable(() => undefined))
      .subscribe()
      .unsubscribe();
    expect(counts()).toEqual([4, 1]);
  });

  it('leaves a subject what it is', () => {
    const { instance, counts } = linked(new Runner());
    const subject = new BehaviorSubject(1);
    expect(instance.run(() => subject)).toBe(subject);
    expect(counts()).toEqual([1, 0]);
  });

  it('looks the same: name, length, properties and metadata, and the instance has nothing to be seen', () => {
    const mark: MethodDecorator = (_, __, descriptor) => {
      Reflect.defineMetadata('mark', 'kept', descriptor.value as object);
      Object.assign(descriptor.value as object, { property: 'kept' });
    };
    class Marked {
      @Timed()
      @mark
      first(a: number, b: number) {
        return a + b;
      }

      @mark
      @Counted()
      second(_a: number) {
        return 1;
      }
    }
    const methods = ['first', 'second'].map(
      (key) => Object.getOwnPropertyDescriptor(Marked.prototype, key)?.value as { name: string; length: number },
    );
    expect(methods.map(({ name, length }) => [name, length])).toEqual([
      ['first', 2],
      ['second', 1],
    ]);
    for (const method of methods) {
      expect(Reflect.getMetadata('mark', method)).toBe('kept');
      expect(method).toHaveProperty('property', 'kept');
    }
    const { instance } = linked(new Marked());
    expect(Reflect.ownKeys(Object.assign({}, instance))).toEqual([]);
    expect(instance).toEqual(new Marked());
    expect(instance.first(1, 2)).toBe(3);
  });

  it('just runs on an instance of nobody, without one, and on a frozen one', () => {
    expect(new Runner().run(() => 1)).toBe(1);
    const detached: unknown = Object.getOwnPropertyDescriptor(Runner.prototype, 'run')?.value;
    expect((detached as Runner['run']).call(undefined as never, () => 2)).toBe(2);
    expect(linked(Object.freeze(new Runner())).instance.run(() => 3)).toBe(3);
  });

  it('runs when it cannot be counted, and that is reported', () => {
    const { instance, store, faults } = linked(new Runner());
    store.counter(defineCounter({ name: 'calls_total', help: 'Another one.' }));
    expect(instance.run(() => 1)).toBe(1);
    expect(faults).toHaveLength(1);
  });

  it('and the one that overrides it and calls it are told apart', () => {
    const NAMED = defineCounter({ name: 'named_total', help, labels: { class: boundedBy('the test') } });
    class Base {
      @Counted(NAMED)
      run() {
        return 'base';
      }
    }
    class Inheriting extends Base {}
    class Overriding extends Base {
      @Counted(NAMED)
      override run() {
        return `over ${super.run()}`;
      }
    }
    const store = new MetricStore();
    const link = new MethodLink();
    link.open(store, () => undefined);
    for (const instance of [new Inheriting(), new Overriding()]) {
      giveLink(instance, link);
      instance.run();
    }
    const counted = insideOf(store.counter(NAMED)).series.map(({ labels, cells, at }) => `${labels} ${cells[at]}`);
    expect(counted).toEqual(['class="Inheriting" 1', 'class="Overriding" 1', 'class="Base" 1']);
  });

  it('is one of instances', () => {
    expect(() => {
      class Static {
        readonly own = true;
        @Counted()
        static run() {
          return 1;
        }
      }
      return Static;
    }).toThrow('Expected @Counted() on a method of instances, got run');
  });
});

describe('the types of decorators', () => {
  const KINDS_TOTAL = defineCounter({
    name: 'kinds_total',
    help,
    labels: { kind: oneOf('a', 'b'), outcome: oneOf('success', 'error') },
  });
  const SECONDS = defineHistogram({ name: 'some_seconds', help, unit: 'seconds', buckets: [1] });

  it('want the labels that cannot be filled in, with values of their sets', () => {
    expect(Counted(KINDS_TOTAL, { kind: 'a' })).toBeTypeOf('function');
    // @ts-expect-error not a value of the set
    Counted(KINDS_TOTAL, { kind: 'c' });
    // @ts-expect-error a label is missing
    const missing = Counted(KINDS_TOTAL);
    expect(() => {
      class Missing {
        @missing
        run() {
          return 1;
        }
      }
      return Missing;
    }).toThrow('got kind: give a value to the decorator');
    // @ts-expect-error nobody knows this label
    Counted(KINDS_TOTAL, { kind: 'a', place: 'yard' });
    // @ts-expect-error there is nothing to give
    Timed(SECONDS, { kind: 'a' });
  });

  it('want a definition of their kind', () => {
    // @ts-expect-error a counter times nothing
    Timed(KINDS_TOTAL, { kind: 'a' });
    // @ts-expect-error a histogram does not count
    Counted(SECONDS);
    expect(Timed(SECONDS)).toBeTypeOf('function');
  });
});
