/** The file of @nestjs/core that has the class whose methods make applications, in Nest 11 and 12 and on any system. */
const FILE = /[/\\]@nestjs[/\\]core[/\\]nest-factory\.js$/;

/** The function of `register` that gets this class. It is called by code in the application's modules. */
export const RECEIVER = Symbol.for('nestjs-prometheus-exporter.register');

const HANDED_OVER = `\n;globalThis[Symbol.for('${String(RECEIVER.description)}')]?.(NestFactoryStatic);\n`;

/** What a load hook gives back. */
export interface Loaded {
  readonly format?: string | null | undefined;
  readonly source?: string | ArrayBuffer | NodeJS.TypedArray | undefined;
}

export function isNestFactory(url: string): boolean {
  return FILE.test(url);
}

/**
 * The file with a line at its end that hands its class over as soon as it is evaluated. Nothing later would do: in ES
 * modules the application calls `NestFactory.create()` in the same evaluation.
 */
export function handingOver<L extends Loaded>(loaded: L): L {
  const { source } = loaded;
  if (source === undefined || source === null) return loaded;
  const text = typeof source === 'string' ? source : new TextDecoder().decode(source);
  return { ...loaded, source: text + HANDED_OVER };
}
