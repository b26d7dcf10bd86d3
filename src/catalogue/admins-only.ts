import type { Me } from '../common/viewer.js';
import { AdminsOnly } from './catalogue.errors.js';

/** @throws AdminsOnly */
export function checkAdmin(me: Me): void {
  if (me.role !== 'admin') throw new AdminsOnly();
}
