import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';
import ts from 'typescript';

// node scripts/client-types.mjs [FILE] — makes the types of the client from openapi.json.

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const BLOB = ts.factory.createTypeReferenceNode('Blob');

const document = JSON.parse(readFileSync(join(ROOT, 'openapi.json'), 'utf8'));
dropExamples();

const types = await openapiTS(document, {
  // A file in a form is a Blob.
  transform: (schema) => (schema.format === 'binary' ? BLOB : undefined),
});
const header = '// Made of openapi.json by `npm run client`: do not edit.\n\n';
writeFileSync(process.argv[2] ?? join(ROOT, 'client/schema.d.ts'), header + astToString(types));

/** Removes examples of whole bodies, which would be most of the file. Examples of single fields stay. */
function dropExamples() {
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
  const bodies = operations.flatMap(({ requestBody, responses }) => [requestBody, ...Object.values(responses)]);
  delete document.components.examples;
  bodies.push(...Object.values(document.components.responses));
  for (const media of bodies.flatMap((body) => Object.values(body?.content ?? {}))) {
    delete media.example;
    delete media.examples;
  }
}
