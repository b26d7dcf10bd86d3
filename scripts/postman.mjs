import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { collectionOf, environment } from './postman/collection.mjs';
import { PLAN } from './postman/plan.mjs';

// node scripts/postman.mjs [FOLDER] — makes the Postman collection and its environments from openapi.json.

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const LOCAL = ['6d61646a-6e67-4d61-9461-6e6700000002', 'Madang local', 'http://localhost:3000'];
const PRODUCTION = ['6d61646a-6e67-4d61-9461-6e6700000003', 'Madang production', 'https://api.campus.example'];

const document = JSON.parse(readFileSync(join(ROOT, 'openapi.json'), 'utf8'));
const folder = process.argv[2] ?? join(ROOT, 'postman');
mkdirSync(folder, { recursive: true });
write('madang.postman_collection.json', collectionOf(document, PLAN));
write('local.postman_environment.json', environment(...LOCAL));
write('production.postman_environment.json', environment(...PRODUCTION));

function write(name, content) {
  writeFileSync(join(folder, name), `${JSON.stringify(content, null, 2)}\n`);
}
