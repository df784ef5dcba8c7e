import type ts from 'typescript';
import { type TypeScript } from './type-script.js';

export const PACKAGE = 'nestjs-prometheus-exporter';
const MODULE = 'PrometheusModule';
const CALL = `${MODULE}.forRoot()`;

/** A text to put in at a position. */
interface Insertion {
  readonly at: number;
  /** The end of what it replaces; `at` if it replaces nothing. */
  readonly to: number;
  readonly text: string;
}

/**
 * The text of a module's file with PrometheusModule among the imports; undefined if it is there already. Everything else
 * stays as it is written.
 *
 * @param className the class of the module; the first class with `@Module()` if it is undefined
 * @errors throws a sentence if there is no such class, or another package's PrometheusModule
 */
export function addImport(typescript: TypeScript, text: string, className: string | undefined): string | undefined {
  const source = typescript.createSourceFile('module.ts', text, typescript.ScriptTarget.Latest, true);
  const declared = source.statements.filter(typescript.isImportDeclaration);
  const from = declared.find((one) => names(one).includes(MODULE));
  const isImported = from !== undefined && specifierOf(from) === PACKAGE;
  if (from !== undefined && !isImported) {
    throw new Error(
      `Expected no other ${MODULE} in the root module, found that of ${specifierOf(from)}: see docs/from-nestjs-prometheus.md of ${PACKAGE}.`,
    );
  }
  const decorator = moduleDecorator(typescript, source, className);
  if (isImported && decorator.getText().includes(MODULE)) return undefined;
  const insertions = [moduleInsertion(typescript, decorator, text)];
  if (!isImported) insertions.unshift(importInsertion(declared, text));
  return insertions.toSorted((one, other) => other.at - one.at).reduce(put, text);
}

function put(text: string, { at, to, text: added }: Insertion): string {
  return text.slice(0, at) + added + text.slice(to);
}

function specifierOf(declaration: ts.ImportDeclaration): string {
  return (declaration.moduleSpecifier as ts.StringLiteral).text;
}

/** The names that an import brings, as this file calls them. */
function names({ importClause }: ts.ImportDeclaration): readonly string[] {
  const bindings = importClause?.namedBindings;
  return bindings !== undefined && 'elements' in bindings ? bindings.elements.map(({ name }) => name.text) : [];
}

/** The call `@Module(…)` of the root module. */
function moduleDecorator(
  typescript: TypeScript,
  source: ts.SourceFile,
  className: string | undefined,
): ts.CallExpression {
  const named = new Set(['Module', ...aliases(typescript, source)]);
  for (const statement of source.statements.filter(typescript.isClassDeclaration)) {
    if (className !== undefined && statement.name?.text !== className) continue;
    for (const { expression } of typescript.getDecorators(statement) ?? []) {
      if (!typescript.isCallExpression(expression)) continue;
      if (named.has(expression.expression.getText().replace(/^.*\./s, ''))) return expression;
    }
  }
  throw new Error(
    `Expected ${className ?? 'a class'} with @Module() in the file of the root module, found none: import ${CALL} into the root module by hand.`,
  );
}

/** Other names that the file gives to Nest's `Module`. */
function aliases(typescript: TypeScript, source: ts.SourceFile): readonly string[] {
  const declarations = source.statements.filter(typescript.isImportDeclaration);
  return declarations.flatMap(({ importClause }) => {
    const bindings = importClause?.namedBindings;
    if (bindings === undefined || !typescript.isNamedImports(bindings)) return [];
    return bindings.elements.filter((one) => one.propertyName?.text === 'Module').map(({ name }) => name.text);
  });
}

/** A line below the last import, written like it. */
function importInsertion(declared: readonly ts.ImportDeclaration[], text: string): Insertion {
  const last = declared.at(-1);
  if (last === undefined) return { at: 0, to: 0, text: `import { ${MODULE} } from '${PACKAGE}';\n` };
  const written = last.getText();
  const quote = last.moduleSpecifier.getText()[0];
  const end = written.endsWith(';') ? ';' : '';
  const at = last.getEnd();
  return { at, to: at, text: `${lineBreakOf(text)}import { ${MODULE} } from ${quote}${PACKAGE}${quote}${end}` };
}

function moduleInsertion(typescript: TypeScript, decorator: ts.CallExpression, text: string): Insertion {
  const [argument] = decorator.arguments;
  if (argument === undefined) {
    const at = decorator.getEnd() - 1;
    return { at, to: at, text: metadata(text) };
  }
  if (!typescript.isObjectLiteralExpression(argument)) {
    const given = argument.getText();
    return replaced(argument, `{ ...${given}, imports: [${CALL}, ...(${given}.imports ?? [])] }`);
  }
  const property = argument.properties.find((one) => one.name?.getText().replaceAll(/['"]/g, '') === 'imports');
  if (property === undefined) return newProperty(argument, text);
  if (!typescript.isPropertyAssignment(property)) return replaced(property, `imports: [${CALL}, ...imports]`);
  const { initializer } = property;
  if (typescript.isArrayLiteralExpression(initializer)) return newElement(initializer, text);
  return replaced(initializer, `[${CALL}, ...(${initializer.getText()})]`);
}

function replaced(node: ts.Node, text: string): Insertion {
  return { at: node.getStart(), to: node.getEnd(), text };
}

function metadata(text: string): string {
  const lineBreak = lineBreakOf(text);
  return `{${lineBreak}  imports: [${CALL}],${lineBreak}}`;
}

/** In front of the other properties, on a line of its own if they have one. */
function newProperty(object: ts.ObjectLiteralExpression, text: string): Insertion {
  const [first] = object.properties;
  if (first === undefined && !/\S/.test(object.getText().slice(1, -1))) return replaced(object, metadata(text));
  return inserted(object, first, `imports: [${CALL}]`, text);
}

function newElement(array: ts.ArrayLiteralExpression, text: string): Insertion {
  const [first] = array.elements;
  if (first === undefined && !/\S/.test(array.getText().slice(1, -1))) return replaced(array, `[${CALL}]`);
  return inserted(array, first, CALL, text);
}

/** Directly behind the opening bracket: comments stay before what they are about. */
function inserted(list: ts.Node, first: ts.Node | undefined, added: string, text: string): Insertion {
  const at = list.getStart() + 1;
  const behind = text.slice(at);
  const ownLine = /^[^\S\r\n]*(\r?\n[^\S\r\n]*)/.exec(behind)?.[1];
  if (ownLine !== undefined) return { at, to: at, text: `${ownLine}${added},` };
  const isLineComment = /^\s*\/\//.test(behind);
  const lineBreak = isLineComment && first !== undefined ? /\r?\n[^\S\r\n]*/.exec(behind)?.[0] : undefined;
  if (lineBreak !== undefined) return { at, to: at, text: `${lineBreak}${added},` };
  return { at, to: at, text: /^\s/.test(behind) ? ` ${added},` : `${added}, ` };
}

function lineBreakOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}
