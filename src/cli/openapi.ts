import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from '../app.module.js';
import { prefixRoutes } from '../app.js';
import { fastifyAdapter } from '../common/http/fastify.js';
import { createLogger } from '../common/http/logger.js';
import { loadConfig } from '../config/config.js';
import { inKorean } from '../docs/korean/korean.js';
import { openApiDocument } from '../docs/openapi.js';

/**
 * `openapi [file] [ko]` writes the OpenAPI document to a file, or prints it; with `ko` its texts are Korean. It is the
 * document that the server serves, but for `servers`: the server writes PUBLIC_URL there, and this `/`, which means the
 * place that the document was read from.
 */
const config = loadConfig({ DB_HOST: 'none', PUBLIC_URL: 'http://localhost:3000', LOG_LEVEL: 'fatal' });
// In preview mode Nest knows all modules and routes but creates no instances: nothing connects to a database.
const app = await NestFactory.create<NestFastifyApplication>(
  AppModule.with(config),
  fastifyAdapter(config, createLogger(config)),
  { preview: true, abortOnError: false, logger: false },
);
prefixRoutes(app);
const [file, language] = process.argv.slice(2);
const document = openApiDocument(app, '/');
const text = `${JSON.stringify(language === 'ko' ? inKorean(document) : document, null, 2)}\n`;
if (file) writeFileSync(file, text);
else process.stdout.write(text);
