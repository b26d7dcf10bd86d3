import { Choice } from '../../common/fields/choices.js';

const PLACES = ['body', 'cookie'] as const;

export type TokenPlace = (typeof PLACES)[number];

/** Whoever asks for a refresh token says where it shall go. */
export function RefreshTokenIn(): PropertyDecorator {
  return Choice({ of: PLACES, optional: true, description: 'Where the refresh token goes: `cookie` for browsers' });
}
