import { Accounts1770000000001 } from './1770000000001-accounts.js';
import { Boards1770000000002 } from './1770000000002-boards.js';
import { Posts1770000000003 } from './1770000000003-posts.js';
import { Comments1770000000004 } from './1770000000004-comments.js';

/** Every migration, the oldest first. They run in this order and never change once they have landed. */
export const migrations = [Accounts1770000000001, Boards1770000000002, Posts1770000000003, Comments1770000000004];
