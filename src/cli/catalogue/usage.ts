import { FORMATS } from '../../catalogue/imports/formats.js';

const width = Math.max(...FORMATS.map(({ name }) => name.length));
const formats = FORMATS.map(({ name, title }) => `    ${name.padEnd(width)}  ${title}`).join('\n');

export const CATALOGUE_USAGE = `catalogue import FILE --semester 2025-autumn     brings the semester's lectures to what the file says
  --dry-run          only says what would change
  --force            also when more than 10 % of the lectures would vanish or lose their times
  --strict           changes nothing when there is a bad row; else the rest goes in
  --report FILE      writes the whole report there, as JSON when the name ends in .json, else as text
  --format NAME      the format is recognised by the content; this overrides it:
${formats}
  The semester is made where it is missing, with the dates of the academic year or of the file, or with
  --starts 2025-09-01 --ends 2025-12-21 --time-zone Asia/Seoul --holidays 2025-10-03,2025-10-09

catalogue semester 2026-spring                   shows a semester
  --starts 2026-03-02 --ends 2026-06-21 [--time-zone Asia/Seoul] [--holidays 2026-05-05,2026-05-25]
                     makes it, or changes what is given; \`--holidays none\` takes them all out

A semester is a year and spring, summer, autumn or winter. A second import of the same file changes nothing.
Ends with 0 when it is done, 1 when it was refused or failed, 2 when it was not understood, 130 after Ctrl-C.
docs/catalogue.md has the formats.`;
