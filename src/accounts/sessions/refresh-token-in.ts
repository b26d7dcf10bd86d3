import { Choice } from '../../common/fields/choices.js';

const PLACES = ['body', 'cookie'] as const;

export type TokenPlace = (typeof PLACES)[number];

export function RefreshTokenIn(): PropertyDecorator {
  return Choice({ of: PLACES, optional: true, description: 'Where the refresh token goes: `cookie` for browsers' });
}
