import { ACCESS, isStaff, levelOf, type Viewer } from '../common/viewer.js';
import { BoardNotFound, MembersOnly, StaffOnly, VerificationRequired } from './boards.errors.js';

const MEMBERS = ACCESS.indexOf('members');
const VERIFIED = ACCESS.indexOf('verified');
const STAFF = ACCESS.indexOf('staff');

/** Whether the viewer may know that the board exists: staff boards are hidden, all others show their metadata. */
export function showsItself(viewer: Viewer, readAccess: number): boolean {
  return readAccess < STAFF || isStaff(viewer);
}

/**
 * @param readAccess index into ACCESS
 * @throws BoardNotFound, MembersOnly or VerificationRequired when the viewer may not read the board's posts
 */
export function checkRead(viewer: Viewer, readAccess: number): void {
  if (levelOf(viewer) >= readAccess) return;
  if (readAccess === MEMBERS) throw new MembersOnly();
  if (readAccess === VERIFIED) throw new VerificationRequired();
  throw new BoardNotFound();
}

/** @throws VerificationRequired or StaffOnly, and the errors of `checkRead`: writing needs reading */
export function checkWrite(viewer: Viewer, board: { readAccess: number; writeAccess: number }): void {
  checkRead(viewer, board.readAccess);
  if (levelOf(viewer) >= board.writeAccess) return;
  throw board.writeAccess === STAFF ? new StaffOnly() : new VerificationRequired();
}
