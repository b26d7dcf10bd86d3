import { DynamicModule, Global, Module } from '@nestjs/common';
import { Config } from './config.js';

/** Provides the one checked configuration as `Config`. */
@Global()
@Module({})
export class ConfigModule {
  static with(config: Config): DynamicModule {
    return { module: ConfigModule, providers: [{ provide: Config, useValue: config }], exports: [Config] };
  }
}
