import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { effectsInTransactions } from './effects.js';
import { classesOf, decoratorsOf, readSources, visit, type Source } from './sources.js';

/**
 * From bottom to top: a source imports from its own folder and from earlier ones. A lower folder never imports a higher
 * one; higher features register with it (common/participants.ts). The root folder has the empty name.
 */
const LAYERS = [
  'config',
  'database',
  'common',
  'mail',
  'accounts',
  'boards',
  'tags',
  'posts',
  'comments',
  'catalogue',
  'friends',
  'timetables',
  'health',
  'jobs',
  'metrics',
  'docs',
  '',
  'cli',
];

const sources = readSources();
const byFile = new Map(sources.map((source) => [source.file, source]));

const folderOf = (file: string): string => (file.includes('/') ? file.split('/', 1)[0] : '');
const layerOf = (file: string): number => LAYERS.indexOf(folderOf(file));

describe('imports', () => {
  it('start and end in a folder of LAYERS', () => {
    expect(sources.filter(({ file }) => layerOf(file) === -1).map(({ file }) => file)).toEqual([]);
    const missing = sources.flatMap(({ file, imports }) =>
      imports.filter((one) => !byFile.has(one.file)).map((one) => `${file} → ${one.file}`),
    );
    expect(missing).toEqual([]);
  });

  it('point down', () => {
    const wrong = sources.flatMap(({ file, imports }) =>
      imports.filter((one) => layerOf(one.file) > layerOf(file)).map((one) => `${file} → ${one.file}`),
    );
    expect(wrong).toEqual([]);
  });

  it('have no cycles (type-only imports do not count)', () => {
    expect(circles(sources)).toEqual([]);
  });

  it('name the file with the declaration: no file only re-exports', () => {
    const handsOn = ({ tree }: Source) =>
      tree.statements.some((statement) => ts.isExportDeclaration(statement) && statement.moduleSpecifier);
    const barrels = sources.filter((source) => handsOn(source) || source.file.endsWith('/index.ts'));
    expect(barrels.map(({ file }) => file)).toEqual(['database/migrations/index.ts']);
  });

  it('have names of their own: each exported name is declared in one file', () => {
    const files = new Map<string, string[]>();
    for (const source of sources.filter(({ file }) => !file.startsWith('database/migrations/'))) {
      for (const name of exportedNames(source)) files.set(name, [...(files.get(name) ?? []), source.file]);
    }
    expect([...files].filter(([, declaring]) => declaring.length > 1)).toEqual([]);
  });

  it('are values if a decorator needs them at run time: `import type` would disable validation', () => {
    const erased = sources.flatMap((source) => {
      const types = new Set(source.imports.filter(({ typeOnly }) => typeOnly).flatMap(({ names }) => names));
      return handlersOf(source)
        .flatMap(({ parameters }) => [...parameters])
        .filter((parameter) => decoratorsOf(parameter).some((name) => name === 'Body' || name === 'Query'))
        .filter(({ type }) => types.has(type?.getText() ?? ''))
        .map(({ type }) => `${source.file}: ${type!.getText()}`);
    });
    expect(erased).toEqual([]);
  });
});

/** One path for each cycle: `a → b → a`. */
function circles(all: Source[]): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const walk = (file: string): void => {
    if (path.includes(file)) found.push([...path.slice(path.indexOf(file)), file].join(' → '));
    if (done.has(file) || path.includes(file)) return;
    path.push(file);
    for (const one of byFile.get(file)?.imports ?? []) if (!one.typeOnly) walk(one.file);
    path.pop();
    done.add(file);
  };
  for (const { file } of all) walk(file);
  return found;
}

describe('modules', () => {
  const modules = sources.flatMap((source) => classesOf(source).filter((one) => decoratorsOf(one).includes('Module')));

  it('document their responsibility and its limits', () => {
    expect(modules.length).toBeGreaterThan(5);
    expect(modules.filter((one) => ts.getJSDocCommentsAndTags(one).length === 0).map(({ name }) => name!.text)).toEqual(
      [],
    );
  });

  it('need no forwardRef', () => {
    expect(sources.filter(({ text }) => /\bforwardRef\b/.test(text)).map(({ file }) => file)).toEqual([]);
  });
});

/** Methods of controllers that answer requests. */
function handlersOf(source: Source): ts.MethodDeclaration[] {
  return classesOf(source)
    .filter((one) => decoratorsOf(one).includes('Controller'))
    .flatMap(({ members }) => members.filter(ts.isMethodDeclaration))
    .filter((method) => decoratorsOf(method).some((name) => /^(Get|Post|Put|Patch|Delete|Sse)$/.test(name)));
}

describe('controllers', () => {
  const controllers = sources.filter(({ file }) => file.endsWith('.controller.ts'));

  it('use no entities and no SQL: services decide, and answers are views', () => {
    const wrong = controllers.flatMap(({ file, imports }) =>
      imports
        .filter((one) => /\.entity\.ts$|\.queries\.ts$|^database\//.test(one.file))
        .map((one) => `${file} → ${one.file}`),
    );
    expect(wrong).toEqual([]);
  });

  it('are in files of their name, and document answers and problems of each route', () => {
    const handlers = sources.flatMap((source) => handlersOf(source).map((method) => ({ source, method })));
    expect(handlers.length).toBeGreaterThan(10);
    const wrong = handlers.filter(
      ({ source, method }) =>
        !source.file.endsWith('.controller.ts') || !method.type || !decoratorsOf(method).includes('Documented'),
    );
    expect(wrong.map(({ source, method }) => `${source.file} ${method.name.getText()}`)).toEqual([]);
  });
});

describe('transactions', () => {
  it('have no effects outside the database, because a retry after a deadlock would repeat them', () => {
    expect(effectsInTransactions(sources)).toEqual([]);
  });
});

describe('entities', () => {
  const entities = sources.flatMap((source) =>
    classesOf(source)
      .filter((one) => decoratorsOf(one).includes('Entity'))
      .map(({ name }) => ({ source, name: name!.text })),
  );

  it('are alone in files of their name, for the drift check', () => {
    expect(entities.length).toBeGreaterThan(5);
    const fileOf = (name: string) => name.replace(/(?<=.)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
    expect(entities.filter(({ source, name }) => !source.file.endsWith(`/${fileOf(name)}.entity.ts`))).toEqual([]);
  });

  it('are not used as models of answers', () => {
    const names = new Set(entities.map(({ name }) => name));
    const views = sources.filter(({ file }) => file.endsWith('.dto.ts')).flatMap((source) => classesOf(source));
    const borrowed = views.filter(({ heritageClauses = [] }) =>
      heritageClauses.some(({ types }) => types.some(({ expression }) => names.has(expression.getText()))),
    );
    expect(borrowed.map(({ name }) => name!.text)).toEqual([]);
  });
});

describe('problems', () => {
  const files = sources.filter(({ file }) => file.endsWith('.errors.ts'));
  const problems = files.flatMap((source) =>
    classesOf(source).map((one) => ({
      name: one.name!.text,
      code: /problem\(\s*\d+,\s*'(\w+)'/.exec(one.getText())?.[1],
      file: source.file,
    })),
  );

  it('have a code', () => {
    expect(problems.length).toBeGreaterThan(20);
    expect(problems.filter(({ code }) => !code).map(({ name }) => name)).toEqual([]);
  });

  it('are thrown somewhere', () => {
    // nginx answers this one (nginx/https.conf).
    const thrown = new Set(['HttpsRequired']);
    for (const source of sources.filter(({ file }) => !file.endsWith('.errors.ts'))) {
      visit(source.tree, (node) => {
        if (ts.isIdentifier(node) && !isImport(node) && !isDocumentation(node)) thrown.add(node.text);
      });
    }
    expect(problems.filter(({ name }) => !thrown.has(name)).map(({ name, file }) => `${file} ${name}`)).toEqual([]);
  });

  it('are documented, by a route or in the general list', () => {
    const document = readFileSync('openapi.json', 'utf8');
    const told = (code: string) => document.includes(`"${code}"`) || document.includes(`\`${code}\``);
    expect(problems.filter(({ code }) => !told(code!)).map(({ code }) => code)).toEqual([]);
  });

  it('are the only errors for clients: nobody throws an exception of Nest', () => {
    const nest = /\bnew (HttpException|\w+(?<!Problem)Exception)\(/;
    expect(sources.filter(({ text }) => nest.test(text)).map(({ file }) => file)).toEqual([]);
  });
});

const isImport = (node: ts.Node): boolean => ts.isImportSpecifier(node.parent) || ts.isImportClause(node.parent);

/** Whether it is in `problems: […]` of `@Documented`, or in the lists of src/docs. */
function isDocumentation(node: ts.Node): boolean {
  if (node.getSourceFile().fileName.startsWith('docs/')) return true;
  for (let at = node.parent; at; at = at.parent) {
    if (ts.isPropertyAssignment(at) && at.name.getText() === 'problems') return true;
  }
  return false;
}

/** Earlier migrations were never applied beside a running release. */
const FIRST_BESIDE_ANOTHER_RELEASE = '1770000000009';

describe('migrations', () => {
  it('only add, so that the previous release still runs; a contract names the last release that needs the dropped part', () => {
    const later = sources.filter(
      ({ file }) => /^database\/migrations\/\d/.test(file) && file.split('/')[2] >= FIRST_BESIDE_ANOTHER_RELEASE,
    );
    expect(later.length).toBeGreaterThan(0);
    const up = ({ text }: Source) => text.slice(0, text.indexOf('async down('));
    const takesAway = /\b(DROP|RENAME|TRUNCATE)\b|\b(MODIFY|CHANGE)\s+(COLUMN\b|\w+)/i;
    const unsaid = later.filter((source) => takesAway.test(up(source)) && !/\bContract: \w/.test(source.text));
    expect(unsaid.map(({ file }) => file)).toEqual([]);
  });
});

/** The names that a source declares and exports. */
function exportedNames({ tree }: Source): Set<string> {
  const names = new Set<string>();
  for (const statement of tree.statements) {
    if (!ts.canHaveModifiers(statement)) continue;
    if (!ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) continue;
    const declarations = ts.isVariableStatement(statement) ? statement.declarationList.declarations : [statement];
    for (const one of declarations) {
      const name = ts.getNameOfDeclaration(one as ts.Declaration);
      if (name) names.add(name.getText());
    }
  }
  return names;
}
