import { DefaultNamingStrategy } from 'typeorm';

/** `createdAt` in the code is `created_at` in the database. Tables, indexes and keys are named where they are declared. */
export class SnakeCase extends DefaultNamingStrategy {
  override columnName(property: string, custom: string | undefined, embeddedPrefixes: string[]): string {
    return snakeCase([...embeddedPrefixes, custom ?? property].join('_'));
  }

  override primaryKeyName(): string {
    return 'PRIMARY';
  }
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
