import ts from 'typescript';
import { classesOf, visit, type Source } from './sources.js';

/** A write to a table, or a lock of its rows. */
export interface TableUse {
  file: string;
  /** `?` where the test cannot read the name. */
  table: string;
  verb: 'writes' | 'locks';
}

/** The verbs of a transaction that take an entity. */
const ENTITY_VERBS = new Map<string, TableUse['verb']>([
  ['insert', 'writes'],
  ['insertAll', 'writes'],
  ['insertMissing', 'writes'],
  ['update', 'writes'],
  ['delete', 'writes'],
  ['lock', 'locks'],
]);

/** Functions that take the name of a table. */
const TABLE_ARGUMENTS = new Map<string, { argument: number; verb: TableUse['verb'] }>([
  ['addTo', { argument: 1, verb: 'writes' }],
  ['reactorsOf', { argument: 0, verb: 'locks' }],
]);

/** For a part of a statement that is only known at run time. */
const UNKNOWN = '\u0000';

type Values = Map<string, ts.Expression>;

/** The table of each entity, by the name of its class, with its file. */
export function tablesOf(sources: Source[]): Map<string, { table: string; file: string }> {
  const tables = new Map<string, { table: string; file: string }>();
  for (const source of sources) {
    for (const one of classesOf(source)) {
      const table = /@Entity\(\s*(?:\{\s*name:\s*)?'(\w+)'/.exec(one.getText())?.[1];
      if (table) tables.set(one.name!.text, { table, file: source.file });
    }
  }
  return tables;
}

/** Every write and every lock in these sources: in SQL, by an entity, and by the functions of TABLE_ARGUMENTS. */
export function tableUses(sources: Source[]): TableUse[] {
  const tables = tablesOf(sources);
  const exported = new Map<string, ts.Expression>();
  for (const source of sources) for (const [name, value] of constantsOf(source)) exported.set(name, value);

  return sources.flatMap((source) => {
    const values = new Map([...exported, ...constantsOf(source)]);
    const found: TableUse[] = [];
    const add = (verb: TableUse['verb'], table: string) => found.push({ file: source.file, table, verb });
    visit(source.tree, (node) => {
      if (isWholeText(node)) {
        for (const use of usesOf(textOf(node, values))) add(use.verb, use.table);
      }
      if (!ts.isCallExpression(node)) return;
      const { expression, arguments: given } = node;
      if (ts.isPropertyAccessExpression(expression) && given.length > 1) {
        const verb = ENTITY_VERBS.get(expression.name.text);
        const entity = tables.get(given[0]!.getText());
        const isTransaction = expression.expression.getText() === 'tx';
        // `insert(table, columns, rows)` of a long connection.
        const isByName = expression.name.text === 'insert' && given.length === 3;
        if (verb && entity) add(verb, entity.table);
        else if (verb && isByName) add(verb, nameOr(textOf(given[0]!, values)));
        else if (verb && isTransaction) add(verb, '?');
      }
      const byName = TABLE_ARGUMENTS.get(expression.getText());
      if (byName) add(byName.verb, nameOr(textOf(given[byName.argument]!, values)));
    });
    return found;
  });
}

function constantsOf({ tree }: Source): Values {
  const values: Values = new Map();
  visit(tree, (node) => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer) {
      values.set(node.name.text, node.initializer);
    }
  });
  return values;
}

/** A literal or a sum of literals that is not a part of a longer one. */
function isWholeText(node: ts.Node): node is ts.Expression {
  const isText = (one: ts.Node) => ts.isStringLiteralLike(one) || ts.isTemplateExpression(one) || isSum(one);
  return isText(node) && !isSum(node.parent);
}

function isSum(node: ts.Node): node is ts.BinaryExpression {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken;
}

/** The text with the values of constants in their places. */
function textOf(node: ts.Expression, values: Values, depth = 0): string {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (isSum(node)) return textOf(node.left, values, depth) + textOf(node.right, values, depth);
  if (ts.isTemplateExpression(node)) {
    const rest = node.templateSpans.map(({ expression, literal }) => textOf(expression, values, depth) + literal.text);
    return node.head.text + rest.join('');
  }
  const value = ts.isIdentifier(node) && depth < 5 ? values.get(node.text) : undefined;
  return value ? textOf(value, values, depth + 1) : UNKNOWN;
}

/** The writes and locks of a statement, or of a part of one. */
export function usesOf(text: string): Pick<TableUse, 'table' | 'verb'>[] {
  const { outer, inner } = withoutParentheses(text);
  const nested = inner.flatMap(usesOf);
  return [...writesOf(outer), ...locksOf(outer), ...nested];
}

const nameOr = (table: string): string => (/^\w+$/.test(table) ? table : '?');
const NAME = `([\\w?${UNKNOWN}]+)`;

function writesOf(sql: string): Pick<TableUse, 'table' | 'verb'>[] {
  const found: string[] = [];
  for (const [, table] of sql.matchAll(new RegExp(`\\b(?:INSERT(?: IGNORE)?|REPLACE) INTO ${NAME}`, 'g'))) {
    found.push(table!);
  }
  for (const [, targets, rest] of sql.matchAll(/(?<!FOR |KEY |ON )\bUPDATE\s+(?!OF\b)([^]+?)\sSET\s([^]*)/g)) {
    const references = referencesIn(`FROM ${targets}`);
    const sets = (rest ?? '').split(/\sWHERE\s/)[0]!;
    const aliases = [...sets.matchAll(/(?:^|,)\s*(\w+)\.\w+\s*=/g)].map(([, alias]) => alias!);
    if (aliases.length === 0) found.push([...references.values()][0] ?? '?');
    for (const alias of aliases) found.push(references.get(alias) ?? '?');
  }
  for (const [, alias, rest] of sql.matchAll(new RegExp(`\\bDELETE (?:${NAME} )?(FROM [^]*)`, 'g'))) {
    const references = referencesIn(rest!);
    found.push((alias ? references.get(alias) : [...references.values()][0]) ?? '?');
  }
  return found.map((table) => ({ table: nameOr(table), verb: 'writes' }));
}

function locksOf(sql: string): Pick<TableUse, 'table' | 'verb'>[] {
  const lock = /\bFOR (?:UPDATE|SHARE)\b(?: OF ([\w, ]+?)(?= SKIP| NOWAIT|$))?/.exec(sql);
  if (!lock) return [];
  const references = referencesIn(sql.slice(0, lock.index));
  const named = lock[1]?.split(',').map((alias) => references.get(alias.trim()) ?? '?');
  const tables = named ?? (references.size > 0 ? [...references.values()] : ['?']);
  return tables.map((table) => ({ table: nameOr(table), verb: 'locks' }));
}

const NO_ALIAS = /^(WHERE|SET|JOIN|LEFT|INNER|CROSS|STRAIGHT_JOIN|ON|ORDER|GROUP|LIMIT|FOR|FORCE|USE|USING|AS)$/i;

/** The tables of FROM and JOIN, by their aliases. */
function referencesIn(sql: string): Map<string, string> {
  const references = new Map<string, string>();
  const one = new RegExp(`\\b(?:FROM|JOIN|STRAIGHT_JOIN)\\s+${NAME}(?:\\s+(?:AS\\s+)?(\\w+))?`, 'g');
  for (const [, table, alias] of sql.matchAll(one)) {
    // A function such as JSON_TABLE(…) is no table.
    if (/^(JSON_TABLE|LATERAL)$/.test(table!)) continue;
    references.set(alias && !NO_ALIAS.test(alias) ? alias : table!, table!);
  }
  return references;
}

/** @returns the text with each outermost pair of parentheses empty, and the contents of these pairs */
function withoutParentheses(text: string): { outer: string; inner: string[] } {
  let [depth, outer, current] = [0, '', ''];
  const inner: string[] = [];
  for (const letter of text) {
    if (letter === ')' && depth > 0 && --depth === 0) {
      inner.push(current);
      current = '';
    }
    if (depth === 0) outer += letter;
    else current += letter;
    if (letter === '(') depth += 1;
  }
  return { outer: outer.replace(/\s+/g, ' '), inner };
}
