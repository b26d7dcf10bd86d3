import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from '../app.module.js';
import { prefixRoutes } from '../app.js';
import { fastifyAdapter } from '../common/http/fastify.js';
import { createLogger } from '../common/http/logger.js';
import { loadConfig } from '../config/config.js';
import { openApiDocument } from '../docs/openapi.js';

/**
 * `openapi [file]` writes the OpenAPI document to a file, or prints it. It is the document that the server serves, but
 * for the address in `servers`, which the environment of the server says and nothing here does.
 */
const config = loadConfig({ DB_HOST: 'none', PUBLIC_URL: 'http://localhost:3000', LOG_LEVEL: 'fatal' });
// In a preview Nest knows every module and route but makes no instance: nothing connects to a database.
const app = await NestFactory.create<NestFastifyApplication>(
  AppModule.with(config),
  fastifyAdapter(config, createLogger(config)),
  { preview: true, abortOnError: false, logger: false },
);
prefixRoutes(app);
const text = `${JSON.stringify(openApiDocument(app, config), null, 2)}\n`;
const file = process.argv[2];
if (file) writeFileSync(file, text);
else process.stdout.write(text);
