/** What an application can tell about an error, but for its identity and its stack. */
export interface DescribedError {
  readonly classes: readonly string[];
  readonly message: string;
  /** Its own enumerable properties, those of drivers among them. */
  readonly properties: Readonly<Record<string, unknown>>;
}

/** For comparing the error of one run with that of another, where something as passing as a process id is left out. */
export function describeError(error: unknown): DescribedError {
  if (!(error instanceof Error)) throw new TypeError(`Expected an error, got ${String(error)}`);
  const properties = Object.entries(error).map(([name, value]) => [name, describeProperty(value)] as const);
  return {
    classes: classesOf(error),
    message: withoutNumbers(error.message),
    properties: Object.fromEntries(properties),
  };
}

function describeProperty(value: unknown): unknown {
  if (value instanceof Error) return describeError(value);
  return typeof value === 'string' ? withoutNumbers(value) : value;
}

/** Ids of rows, processes and connections, ports: all of two digits and more. */
function withoutNumbers(text: string): string {
  return text.replaceAll(/(?<!\w)\d{2,}(?!\w)/g, '…');
}

function classesOf(error: Error): readonly string[] {
  const names: string[] = [];
  let prototype = Object.getPrototypeOf(error) as object | null;
  while (prototype !== null) {
    names.push(prototype.constructor.name);
    prototype = Object.getPrototypeOf(prototype) as object | null;
  }
  return names;
}

/** What a promise is rejected with; a promise that is fulfilled is a failure of the test. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  const [settled] = await Promise.allSettled([promise]);
  if (settled.status === 'fulfilled') throw new Error(`Expected a rejection, got ${JSON.stringify(settled.value)}`);
  return settled.reason;
}
