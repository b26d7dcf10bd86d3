import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from '@jest/globals';

/** Compares pages with the repository: links, commands, names of variables, and the translation. */
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
  .split('\n')
  .filter((file) => file && existsSync(file));
const pages = files.filter((file) => file.endsWith('.md')).map((file) => ({ file, text: readFileSync(file, 'utf8') }));

/** Fenced code, also when indented in a list. */
const FENCE = /^ *```(\w*)\n([\s\S]*?)^ *```$/gm;
const prose = (text: string): string => text.replace(FENCE, '');

describe('every page', () => {
  it('links to existing files and headings', () => {
    const dead = pages.flatMap(({ file, text }) =>
      [...prose(text).matchAll(/\]\((?!https?:|mailto:)([^)\s#]*)(#[^)\s]*)?\)/g)]
        .filter(([, path, anchor]) => !leads(path ? normalize(join(dirname(file), path)) : file, anchor?.slice(1)))
        .map(([link]) => `${file}: ${link}`),
    );
    expect(dead).toEqual([]);
  });

  it('names scripts of package.json', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
    const unknown = pages.flatMap(({ file, text }) =>
      [...text.matchAll(/npm run (?:-s )?([\w:-]+)/g)]
        .filter(([, name]) => !(name in scripts))
        .map(([words]) => `${file}: ${words}`),
    );
    expect(unknown).toEqual([]);
  });

  it('names existing programs: node FILE, bash FILE, deploy/FILE', () => {
    const unknown = pages.flatMap(({ file, text }) =>
      [
        ...text.matchAll(
          /(?<![\w/.-])((?:bench|deploy|docs|scripts|nginx|\.ci)\/[\w./-]*\.(?:mjs|sh|json|yml|conf))(?!\w)/g,
        ),
      ]
        .filter(([, path]) => !existsSync(path) && !existsSync(join(dirname(file), path)))
        .map(([path]) => `${file}: ${path}`),
    );
    expect(unknown).toEqual([]);
  });

  it('names variables and codes that occur in the code', () => {
    const known = new Set(
      files
        .filter((file) => !file.endsWith('.md') && !/^(openapi|package-lock)\.json$/.test(file))
        .flatMap((file) => readFileSync(file, 'utf8').match(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/g) ?? []),
    );
    const unknown = pages.flatMap(({ file, text }) =>
      [...prose(text).matchAll(/`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:=[^`]*)?`/g)]
        .filter(([, name]) => !known.has(name))
        .map(([, name]) => `${file}: ${name}`),
    );
    expect(unknown).toEqual([]);
  });
});

/** @param anchor a heading in GitHub's form */
function leads(file: string, anchor: string | undefined): boolean {
  if (!existsSync(file)) return false;
  if (!anchor) return true;
  const headings = [...prose(readFileSync(file, 'utf8')).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
  return headings.includes(decodeURIComponent(anchor));
}

describe('README.ko.md', () => {
  const [english, korean] = ['README.md', 'README.ko.md'].map((file) => readFileSync(file, 'utf8'));

  it('has the chapters of README.md', () => {
    const levels = (text: string) => [...prose(text).matchAll(/^#+(?= )/gm)].map(([marks]) => marks.length);
    expect(levels(korean)).toEqual(levels(english));
  });

  it('has its commands and its map; only their comments are translated', () => {
    expect(blocksOf(korean)).toEqual(blocksOf(english));
  });

  it('has the same rows in its tables, with the same commands', () => {
    const firstCells = (text: string) => [...text.matchAll(/^\| (`[^|]*`) *\|/gm)].map(([, cell]) => cell.trim());
    expect(firstCells(korean)).toEqual(firstCells(english));
  });

  it('has the same links, except to itself', () => {
    const links = (text: string) =>
      [...text.matchAll(/\]\(([^)]*)\)/g)].map(([, to]) => to).filter((to) => !/^README(\.ko)?\.md$/.test(to));
    expect(links(korean).sort()).toEqual(links(english).sort());
  });
});

/** Without comments: `# …` in shell, everything after the names in a map. */
function blocksOf(text: string): string[] {
  return [...text.matchAll(FENCE)].map(([, language, code]) =>
    code
      .split('\n')
      .map((line) => (language ? line.replace(/(^|\s+)#.*$/, '') : line.replace(/(?<=\S) {2,}.*$/, '')).trimEnd())
      .filter(Boolean)
      .join('\n'),
  );
}
