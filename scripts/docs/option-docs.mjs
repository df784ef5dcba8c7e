import ts from 'typescript';
import { path } from './paths.mjs';
import { tsdocOf } from './tsdoc.mjs';

const ENTRY = path('lib/index.ts');

/**
 * Every option of an exported type, nested options included: its name with dots, its type as written, whether it is
 * required, its TSDoc, and the accepted values from its rule.
 */
export function optionsOf(typeName, rules) {
  const checker = program().getTypeChecker();
  const entry = checker.getSymbolAtLocation(program().getSourceFile(ENTRY));
  const exported = checker.getExportsOfModule(entry).find(({ name }) => name === typeName);
  if (exported === undefined) throw new Error(`lib/index.ts does not export ${typeName}.`);
  const type = checker.getDeclaredTypeOfSymbol(checker.getAliasedSymbol(exported));
  return membersOf(checker, type, rules, '');
}

function membersOf(checker, type, rules, parent) {
  return checker.getPropertiesOfType(type).flatMap((property) => {
    const option = parent + property.name;
    const rule = rules.find((one) => one.option === option);
    if (rule === undefined) throw new Error(`The option ${option} has no rule.`);
    const [declaration] = property.declarations;
    const described = {
      option,
      type: declaration.type.getText(),
      isRequired: declaration.questionToken === undefined,
      doc: tsdocOf(declaration),
      expected: rule.expected,
      isText: rule.fromText !== undefined,
    };
    if (!rules.some((one) => one.option.startsWith(`${option}.`))) return [described];
    const parts = partsOf(checker.getTypeOfSymbol(property)).filter(isObject);
    return [described, ...parts.flatMap((part) => membersOf(checker, part, rules, `${option}.`))];
  });
}

const partsOf = (type) => (type.isUnion() ? type.types : [type]);
const isObject = (type) => (type.flags & ts.TypeFlags.Object) !== 0;

let cached;
function program() {
  cached ??= createProgram();
  return cached;
}

/**
 * A program of the library's own files. Packages are not resolved: that would take several seconds and add nothing
 * about options.
 */
function createProgram() {
  const { config } = ts.readConfigFile(path('lib/tsconfig.lib.json'), (file) => ts.sys.readFile(file));
  const options = { ...ts.parseJsonConfigFileContent(config, ts.sys, path('lib')).options, types: [] };
  const host = ts.createCompilerHost(options);
  host.resolveModuleNameLiterals = (names, file) =>
    names.map(({ text }) => (text.startsWith('.') ? ts.resolveModuleName(text, file, options, host) : NOT_FOUND));
  return ts.createProgram([ENTRY], options, host);
}

const NOT_FOUND = { resolvedModule: undefined };
