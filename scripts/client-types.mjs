import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';
import ts from 'typescript';

// node scripts/client-types.mjs [FILE] — makes the types of the client from openapi.json.

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const BLOB = ts.factory.createTypeReferenceNode('Blob');

const document = JSON.parse(readFileSync(join(ROOT, 'openapi.json'), 'utf8'));
const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
dropExamples();
nameProblems();

const types = await openapiTS(document, {
  // A file to send is no text.
  transform: (schema) => (schema.format === 'binary' ? BLOB : undefined),
});
const header = '// Made of openapi.json by `npm run client`: do not edit.\n\n';
writeFileSync(process.argv[2] ?? join(ROOT, 'client/schema.d.ts'), header + astToString(types));

/** Examples of whole bodies would be most of the file; those of single fields stay. */
function dropExamples() {
  delete document.components.examples;
  const bodies = operations.flatMap(({ requestBody, responses }) => [requestBody, ...Object.values(responses)]);
  for (const media of bodies.flatMap((body) => Object.values(body?.content ?? {}))) {
    delete media.example;
    delete media.examples;
  }
}

/** Many routes have the same problems: each kind is written once. */
function nameProblems() {
  const names = new Map();
  const counts = {};
  document.components.responses = {};
  for (const { responses } of operations) {
    for (const status of Object.keys(responses).filter((status) => Number(status) >= 400)) {
      const text = JSON.stringify(responses[status]);
      if (!names.has(text)) {
        counts[status] = (counts[status] ?? 0) + 1;
        names.set(text, `Problem${status}${counts[status] > 1 ? `_${counts[status]}` : ''}`);
        document.components.responses[names.get(text)] = responses[status];
      }
      responses[status] = { $ref: `#/components/responses/${names.get(text)}` };
    }
  }
}
