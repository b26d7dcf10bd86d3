import ts from 'typescript';
import { classesOf, visit, type Source } from './sources.js';

/** Effects outside the process, by class. Methods that only register an effect with the transaction are not listed. */
const OUTSIDE: Record<string, string[]> = {
  Limits: ['spend', 'tries', 'refund', 'reset'],
  Mailer: ['post'],
  Background: ['run'],
  BoardEvents: ['readAccessTightened'],
};

/** Global functions, and names of node:fs. */
const OUTSIDE_FUNCTIONS = /^(fetch|setTimeout|writeFile|appendFile|rename|unlink|rm|mkdir)(Sync)?$/;

/** Functions given to these run once, also if the attempt fails. */
const REGISTERS = ['afterCommit', 'afterFailure', 'beforeRelease', 'onFirstAttempt'];

type Body = ts.MethodDeclaration | ts.FunctionDeclaration | ts.ArrowFunction | ts.FunctionExpression;

interface Scope {
  /** Methods by name. */
  methods: Map<string, ts.MethodDeclaration>;
  /** The class of each field. */
  fields: Map<string, string>;
}

/**
 * Effects of transactions outside the database, which a retry after a deadlock would repeat: calls of OUTSIDE and
 * changes of an object's own fields, also in called methods and functions.
 *
 * @returns one line an effect: `file: place → … → effect`
 */
export function effectsInTransactions(all: Source[]): string[] {
  // The mechanism itself is in this folder.
  const sources = all.filter(({ file }) => !file.startsWith('database/'));
  const scopes = new Map(sources.flatMap(classesOf).map((one) => [one.name?.text ?? '', scopeOf(one)]));
  const functions = new Map(sources.flatMap(({ tree }) => functionsOf(tree)).map((one) => [one.name!.text, one]));
  const known = new Map<ts.Node, string[]>();

  /** The effects below a node, each with its path of calls. */
  const effectsOf = (body: ts.Node): string[] => {
    const before = known.get(body);
    if (before) return before;
    // Ends recursion.
    known.set(body, []);
    const found = new Set<string>();
    const walk = (node: ts.Node): void => {
      if (ts.isCallExpression(node)) {
        if (isRegistration(node)) return;
        for (const effect of effectsOfCall(node)) found.add(effect);
      }
      if (changesOwnField(node)) found.add(node.getText().split('\n')[0]);
      ts.forEachChild(node, walk);
    };
    ts.forEachChild(body, walk);
    known.set(body, [...found]);
    return [...found];
  };

  const effectsOfCall = (call: ts.CallExpression): string[] => {
    const { expression } = call;
    if (ts.isIdentifier(expression)) {
      if (OUTSIDE_FUNCTIONS.test(expression.text)) return [expression.text];
      return through(expression.text, functions.get(expression.text));
    }
    if (!ts.isPropertyAccessExpression(expression)) return [];
    const method = expression.name.text;
    const type = classOf(expression.expression);
    if (type === undefined) return [];
    if (OUTSIDE[type]?.includes(method)) return [`${type}.${method}`];
    return through(`${type}.${method}`, scopes.get(type)?.methods.get(method));
  };

  const through = (name: string, body: Body | undefined): string[] =>
    body === undefined || takesTransaction(body) ? [] : effectsOf(body).map((effect) => `${name} → ${effect}`);

  /** The class of `this`, `this.field` and `this.field.field`. */
  const classOf = (node: ts.Expression): string | undefined => {
    if (node.kind === ts.SyntaxKind.ThisKeyword) return enclosingClass(node);
    if (!ts.isPropertyAccessExpression(node)) return undefined;
    const owner = classOf(node.expression);
    return owner === undefined ? undefined : scopes.get(owner)?.fields.get(node.name.text);
  };

  return sources.flatMap(({ file, tree }) =>
    transactionsIn(tree).flatMap((body) => effectsOf(body).map((effect) => `${file}: ${placeOf(body)} → ${effect}`)),
  );
}

/** Functions with a transaction as parameter, and functions given to something that runs a transaction. */
function transactionsIn(tree: ts.SourceFile): Body[] {
  const found: Body[] = [];
  visit(tree, (node) => {
    if (isBody(node) && (takesTransaction(node) || isRunInTransaction(node))) found.push(node);
  });
  return found;
}

function isRunInTransaction(node: Body): boolean {
  const call = node.parent;
  if (!ts.isCallExpression(call) || node.parameters.length === 0) return false;
  return /(\.transaction|[iI]dempotency\.run)$/.test(call.expression.getText());
}

function takesTransaction(node: Body): boolean {
  return node.parameters.some(({ type }) => type?.getText() === 'Transaction');
}

function isBody(node: ts.Node): node is Body {
  return (
    ts.isMethodDeclaration(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isArrowFunction(node) ||
    ts.isFunctionExpression(node)
  );
}

function isRegistration({ expression }: ts.CallExpression): boolean {
  return ts.isPropertyAccessExpression(expression) && REGISTERS.includes(expression.name.text);
}

function changesOwnField(node: ts.Node): boolean {
  const changed = ts.isBinaryExpression(node)
    ? isAssignment(node.operatorToken.kind) && node.left
    : (ts.isPostfixUnaryExpression(node) || ts.isPrefixUnaryExpression(node)) &&
      [ts.SyntaxKind.PlusPlusToken, ts.SyntaxKind.MinusMinusToken].includes(node.operator) &&
      node.operand;
  return changed !== false && /^this\b/.test(changed.getText());
}

function isAssignment(kind: ts.SyntaxKind): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

function scopeOf(one: ts.ClassDeclaration): Scope {
  const constructor = one.members.find(ts.isConstructorDeclaration);
  const fields = [...(constructor?.parameters ?? []), ...one.members.filter(ts.isPropertyDeclaration)].map(
    (field): [string, string] => [field.name.getText(), typeOf(field)],
  );
  return {
    methods: new Map(one.members.filter(ts.isMethodDeclaration).map((method) => [method.name.getText(), method])),
    fields: new Map(fields),
  };
}

/** The name of a field's class, without its type arguments. */
function typeOf({ type, initializer }: ts.ParameterDeclaration | ts.PropertyDeclaration): string {
  const made = initializer && ts.isNewExpression(initializer) ? initializer.expression : type;
  return (made?.getText() ?? '').replace(/<.*$/s, '');
}

function functionsOf(tree: ts.SourceFile): ts.FunctionDeclaration[] {
  return tree.statements.filter(ts.isFunctionDeclaration).filter(({ name }) => name !== undefined);
}

function enclosingClass(node: ts.Node): string | undefined {
  for (let at = node.parent; at; at = at.parent) if (ts.isClassDeclaration(at)) return at.name?.text;
  return undefined;
}

/** The method or function around a body. */
function placeOf(body: ts.Node): string {
  for (let at = body; at; at = at.parent) {
    if (ts.isMethodDeclaration(at) || ts.isFunctionDeclaration(at)) return at.name?.getText() ?? '';
  }
  return '';
}
