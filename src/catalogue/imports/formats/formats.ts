import { dongguk } from './dongguk.js';
import type { CatalogueFormat } from './format.js';
import { plainCsv } from './plain-csv.js';
import { plainJson } from './plain-json.js';
import { rpi } from './rpi.js';

/** Every format that an import knows: those with the most telling names first, as the first that fits is taken. */
export const FORMATS: readonly CatalogueFormat[] = [dongguk, rpi, plainCsv, plainJson];

export const FORMAT_NAMES = FORMATS.map(({ name }) => name);
