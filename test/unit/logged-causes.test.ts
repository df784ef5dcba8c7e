import { describe, expect, it } from 'vitest';
import { type FaultReport, ErrorBoundary } from '../../lib/observe/error-boundary.js';
import { errorText, logText } from '../../lib/observe/log-text.js';

/** A guard with a clock of the test, and what it told. */
function watched(): { readonly boundary: ErrorBoundary; readonly told: FaultReport[]; readonly clock: { ms: number } } {
  const told: FaultReport[] = [];
  const clock = { ms: 0 };
  return {
    boundary: new ErrorBoundary(
      (fault) => told.push(fault),
      () => clock.ms,
    ),
    told,
    clock,
  };
}

const failHere = (message: string) => new Error(message);
const failThere = (message: string) => new Error(message);

/** Another message than the stack has. It is read before: what maps stacks for the tests writes it at the first reading. */
function changed(error: Error, message: string): Error {
  const { stack } = error;
  return Object.assign(error, { message, stack });
}

describe('the causes that are logged', () => {
  it('are each logged once, and counted always', () => {
    const { boundary, told } = watched();
    for (let i = 0; i < 3; i += 1) boundary.report('http', failHere('no bones'));
    expect(told.map(({ logged }) => logged)).toEqual(['yes', 'no', 'no']);
  });

  it('are ten of a place, and the last one says so', () => {
    const { boundary, told } = watched();
    for (let i = 0; i < 200; i += 1) boundary.report('http', failHere(`no dog called ${i}`));
    const logged = told.map((fault) => fault.logged);
    expect(logged).toHaveLength(200);
    expect(logged.slice(0, 10)).toEqual([...Array<string>(9).fill('yes'), 'last']);
    expect(new Set(logged.slice(10))).toEqual(new Set(['no']));
  });

  it('of one part and of one place silence no other', () => {
    const { boundary, told } = watched();
    for (let i = 0; i < 200; i += 1) boundary.report('http', failHere(`no dog called ${i}`));
    told.length = 0;
    boundary.report('http', failThere('no dog called 1'));
    boundary.report('typeorm', failHere('no dog called 1'));
    boundary.report('http', 'a text');
    expect(told.map(({ logged }) => logged)).toEqual(['yes', 'yes', 'yes']);
  });

  it('are logged again after an hour, once a place has used up its budget', () => {
    const { boundary, told, clock } = watched();
    const flood = Array.from({ length: 200 }, (_, i) => [0, `no dog called ${i}`] as const);
    // From one line, for another one would be another place.
    for (const [ms, message] of [...flood, [3_599_999, 'something else'], [3_600_000, 'something else']] as const) {
      clock.ms = ms;
      boundary.report('http', failHere(message));
    }
    expect(told.slice(200).map(({ logged }) => logged)).toEqual(['no', 'yes']);
  });

  it('have a bound, whatever number of places fails', () => {
    const { boundary, told } = watched();
    for (let i = 0; i < 2000; i += 1) {
      const error = new Error(`${i}`);
      error.stack = `Error: ${i}\n    at place${i} (/app/kennel.js:${i}:1)`;
      boundary.report('http', error);
    }
    expect(told.filter(({ logged }) => logged !== 'no')).toHaveLength(60);
  });

  it.each([
    ['changed', 'lookup failed'],
    ['removed', ''],
    ['shortened', 'no'],
    ['replaced by what is in its stack', 'Error'],
  ])('are of one place, whatever its message said of frames before it was %s', (_, message) => {
    const { boundary, told } = watched();
    for (let i = 0; i < 200; i += 1) {
      const error = failHere(`no dog\n    at client${i} (/app/kennel.js:${i}:1)`);
      boundary.report('http', changed(error, message === 'lookup failed' ? `${message} ${i}` : message));
    }
    expect(told.filter(({ logged }) => logged !== 'no').length).toBeLessThanOrEqual(10);
    expect(told[0]?.logged).toBe('yes');
    // There are places left for others.
    for (let i = 0; i < 10; i += 1) boundary.report('http', failThere(`no cat called ${i}`));
    boundary.report('http', new Error('said elsewhere'));
    expect(told.at(-1)?.logged).toBe('yes');
  });

  it('are told apart by their places without a message, too', () => {
    const { boundary, told } = watched();
    // As V8 writes them; what maps stacks to their sources for the tests adds a colon.
    for (const place of ['here', 'there', 'here', 'there']) {
      boundary.report('http', Object.assign(new Error(''), { stack: `Error\n    at ${place} (/app/kennel.js:1:1)` }));
    }
    expect(told.map(({ logged }) => logged)).toEqual(['yes', 'yes', 'no', 'no']);
  });

  it('may be errors that cannot be read, which are counted', () => {
    const { boundary, told } = watched();
    const unreadable = Object.defineProperty(new Error('x'), 'message', {
      get: () => {
        throw new Error('no message today');
      },
    });
    boundary.report('http', unreadable);
    boundary.report('http', Object.create(null));
    boundary.report('http', Symbol('woof'));
    boundary.report('http', undefined);
    expect(told).toHaveLength(4);
  });
});

describe('a text in the log', () => {
  it.each([
    ['a\nb', String.raw`a\nb`],
    ['a\r\n\tb', String.raw`a\r\n\tb`],
    ['\u001b[2J\u001b[31mred', String.raw`\x1b[2J\x1b[31mred`],
    ['\u0000\u0007\u007f\u0085\u009b', String.raw`\x00\x07\x7f\x85\x9b`],
    ['\u2028\u2029\u202e\u2066', String.raw`\u2028\u2029\u202e\u2066`],
    ['\ud83d', String.raw`\ud83d`],
    ['Rex 🐕 à l’école – 犬', 'Rex 🐕 à l’école – 犬'],
  ])('has no control characters: %j', (text, shown) => expect(logText(text)).toBe(shown));

  it('has an end', () => {
    expect(logText('🐕'.repeat(1_000_000)).length).toBeLessThan(2010);
    expect(errorText(new Error('x'.repeat(1_000_000))).length).toBeLessThan(20_000);
  });

  it('is an error with its frames on lines of their own, and its message on one', () => {
    const forged = new TypeError('no bones\n[Nest] 1  - LOG all is well\n    at forged (/etc/passwd:1:1)');
    const [head, ...frames] = errorText(forged).split('\n');
    expect(head).toBe(String.raw`TypeError: no bones\n[Nest] 1  - LOG all is well\n    at forged (/etc/passwd:1:1)`);
    expect(frames.length).toBeGreaterThan(2);
    for (const frame of frames) expect(frame).toMatch(/^ {4}at /);
    expect(frames[0]).toContain('logged-causes.test');
    expect(frames.join('')).not.toContain('forged');
  });

  it('is an error whose message was changed since', () => {
    const error = new Error('before');
    error.message = 'after\nwards';
    expect(errorText(error)).toMatch(/^Error: after\\nwards\n {4}at .*logged-causes\.test/);
  });

  it('has no frame of a message that was changed since, where lines of another kind follow', () => {
    const before = new Error('before\n    at forged (/etc/passwd:1:1)\n[Nest] 1  - LOG all is well');
    const error = changed(before, 'after');
    const [head, ...frames] = errorText(error).split('\n');
    expect(head).toBe('Error: after');
    expect(frames[0]).toContain('logged-causes.test');
    expect(frames.join('')).not.toContain('forged');
  });

  it.each([
    ['woof', 'woof'],
    [undefined, 'undefined'],
    [Symbol('woof'), 'Symbol(woof)'],
    [Object.create(null), 'an error that cannot be read'],
  ])('is whatever was thrown: %o', (thrown, shown) => expect(errorText(thrown)).toBe(shown));
});
