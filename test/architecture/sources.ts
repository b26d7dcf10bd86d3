import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import ts from 'typescript';

/** One import of a source by another; `file` is below src/, as in `posts/posts.service.ts`. */
interface Import {
  file: string;
  /** Whether it disappears at run time. */
  typeOnly: boolean;
  names: string[];
}

export interface Source {
  /** Below src/. */
  file: string;
  text: string;
  tree: ts.SourceFile;
  /** Imports of the project's own files. */
  imports: Import[];
}

const ROOT = 'src';

let sources: Source[] | undefined;

/** Every source below src/, parsed, without tests. */
export function readSources(): Source[] {
  return (sources ??= readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
    .map((file) => file.split(sep).join('/'))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
    .sort()
    .map((file) => parseSource(file, readFileSync(join(ROOT, file), 'utf8'))));
}

export function parseSource(file: string, text: string): Source {
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  return { file, text, tree, imports: importsOf(tree, file) };
}

function importsOf(tree: ts.SourceFile, file: string): Import[] {
  const imports: Import[] = [];
  visit(tree, (node) => {
    const from = ts.isImportDeclaration(node) || ts.isExportDeclaration(node) ? node.moduleSpecifier : lazyImport(node);
    if (!from || !ts.isStringLiteral(from) || !from.text.startsWith('.')) return;
    const target = relative(ROOT, join(ROOT, dirname(file), from.text))
      .split(sep)
      .join('/');
    imports.push({ file: target.replace(/\.js$/, '.ts'), ...namesOf(node) });
  });
  return imports;
}

/** The argument of `import('…')`. */
function lazyImport(node: ts.Node): ts.Expression | undefined {
  const isLazy = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
  return isLazy ? node.arguments[0] : undefined;
}

function namesOf(node: ts.Node): { typeOnly: boolean; names: string[] } {
  const clause = ts.isImportDeclaration(node) ? node.importClause : undefined;
  const bindings = clause?.namedBindings;
  if (!bindings || !ts.isNamedImports(bindings)) return { typeOnly: clause?.isTypeOnly ?? false, names: [] };
  const { elements } = bindings;
  return {
    typeOnly: clause.isTypeOnly || (!clause.name && elements.every((element) => element.isTypeOnly)),
    names: elements.map((element) => (element.propertyName ?? element.name).text),
  };
}

/** Calls `look` with a node and everything below it. */
export function visit(node: ts.Node, look: (node: ts.Node) => void): void {
  look(node);
  ts.forEachChild(node, (child) => visit(child, look));
}

/** The name of the class or function that decorates: `Module` for `@Module({…})`. */
export function decoratorsOf(node: ts.Node): string[] {
  if (!ts.canHaveDecorators(node)) return [];
  return (ts.getDecorators(node) ?? []).map(({ expression }) =>
    (ts.isCallExpression(expression) ? expression.expression : expression).getText(),
  );
}

/** Every class of a source. */
export function classesOf(source: Source): ts.ClassDeclaration[] {
  const classes: ts.ClassDeclaration[] = [];
  visit(source.tree, (node) => {
    if (ts.isClassDeclaration(node)) classes.push(node);
  });
  return classes;
}
