import { posix } from 'node:path';
import type ts from 'typescript';
import { type Entry } from './entry-file.js';
import { type Files, firstFile } from './files.js';
import { type TypeScript } from './type-script.js';

const MAKERS = ['create', 'createMicroservice', 'createApplicationContext'];

/** The file of the root module, and the name of its class if it is known. */
export interface RootModule {
  readonly path: string;
  readonly className: string | undefined;
}

/**
 * Finds what the entry file gives to `NestFactory.create()`. Without one it is `app.module` beside it, which is what
 * Nest generates.
 *
 * @errors throws a sentence that says what to do by hand
 */
export function findRootModule(typescript: TypeScript, files: Files, entry: Entry): RootModule {
  const path = firstFile(files, withExtensions(entry.file));
  const found = path === undefined ? undefined : rootOf(typescript, files, path);
  const generated = firstFile(files, withExtensions(`${entry.sourceRoot}/app.module`));
  const root = found ?? (generated === undefined ? undefined : { path: generated, className: undefined });
  if (root !== undefined) return root;
  throw new Error(
    `Expected ${entry.file}.ts to give a root module to NestFactory.create(), found none: import PrometheusModule.forRoot() into the root module by hand.`,
  );
}

function rootOf(typescript: TypeScript, files: Files, path: string): RootModule | undefined {
  const source = typescript.createSourceFile(path, files.readText(path), typescript.ScriptTarget.Latest, true);
  const className = rootName(typescript, source);
  if (className === undefined) return undefined;
  const imported = importOf(typescript, source, className);
  if (imported === undefined) return declares(typescript, source, className) ? { path, className } : undefined;
  const file = fileOf(files, path, imported.from);
  return file === undefined ? undefined : { path: file, className: imported.name };
}

/** The name of what the first call of NestFactory gets: `X` of `create(X)` and of `create<T>(X.forRoot())`. */
function rootName(typescript: TypeScript, source: ts.SourceFile): string | undefined {
  const visit = (node: ts.Node): string | undefined =>
    (typescript.isCallExpression(node) ? rootOfCall(typescript, node) : undefined) ??
    typescript.forEachChild(node, visit);
  return visit(source);
}

function rootOfCall(typescript: TypeScript, { expression, arguments: [first] }: ts.CallExpression): string | undefined {
  if (!typescript.isPropertyAccessExpression(expression) || first === undefined) return undefined;
  if (expression.expression.getText() !== 'NestFactory' || !MAKERS.includes(expression.name.text)) return undefined;
  return /^[\w$]+/.exec(first.getText())?.[0];
}

interface Imported {
  readonly from: string;
  /** As the other file calls it; undefined for its default export. */
  readonly name: string | undefined;
}

function importOf(typescript: TypeScript, source: ts.SourceFile, name: string): Imported | undefined {
  for (const statement of source.statements.filter(typescript.isImportDeclaration)) {
    const from = (statement.moduleSpecifier as ts.StringLiteral).text;
    const { name: asDefault, namedBindings } = statement.importClause ?? {};
    if (asDefault?.text === name) return { from, name: undefined };
    if (namedBindings === undefined || !typescript.isNamedImports(namedBindings)) continue;
    const element = namedBindings.elements.find((one) => one.name.text === name);
    if (element !== undefined) return { from, name: (element.propertyName ?? element.name).text };
  }
  return undefined;
}

function declares(typescript: TypeScript, source: ts.SourceFile, name: string): boolean {
  return source.statements.some((one) => typescript.isClassDeclaration(one) && one.name?.text === name);
}

function fileOf(files: Files, importer: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const target = posix.join(posix.dirname(importer), specifier.replace(/\.js$/, ''));
  return firstFile(files, withExtensions(target));
}

function withExtensions(path: string): readonly string[] {
  return [`${path}.ts`, `${path}.js`];
}
