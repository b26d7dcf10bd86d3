import { Accounts1770000000001 } from './1770000000001-accounts.js';
import { Boards1770000000002 } from './1770000000002-boards.js';
import { Posts1770000000003 } from './1770000000003-posts.js';
import { Comments1770000000004 } from './1770000000004-comments.js';
import { Catalogue1770000000005 } from './1770000000005-catalogue.js';
import { CatalogueImports1770000000006 } from './1770000000006-catalogue-imports.js';
import { Friends1770000000007 } from './1770000000007-friends.js';
import { Timetables1770000000008 } from './1770000000008-timetables.js';
import { Jobs1770000000009 } from './1770000000009-jobs.js';
import { HashVersions1770000000011 } from './1770000000011-hash-versions.js';
import { IdempotencyThings1770000000017 } from './1770000000017-idempotency-things.js';
import { ReactionsWithoutAccount1770000000018 } from './1770000000018-reactions-without-account.js';
import { DelayedRemovals1770000000019 } from './1770000000019-delayed-removals.js';
import { JobFailures1770000000021 } from './1770000000021-job-failures.js';
import { LectureVersions1770000000024 } from './1770000000024-lecture-versions.js';
import { NoLectureTerms1770000000025 } from './1770000000025-no-lecture-terms.js';
import { PostTagNames1770000000026 } from './1770000000026-post-tag-names.js';

/** Every migration, the oldest first. They run in this order and never change once they have landed. */
export const migrations = [
  Accounts1770000000001,
  Boards1770000000002,
  Posts1770000000003,
  Comments1770000000004,
  Catalogue1770000000005,
  CatalogueImports1770000000006,
  Friends1770000000007,
  Timetables1770000000008,
  Jobs1770000000009,
  HashVersions1770000000011,
  IdempotencyThings1770000000017,
  ReactionsWithoutAccount1770000000018,
  DelayedRemovals1770000000019,
  JobFailures1770000000021,
  LectureVersions1770000000024,
  NoLectureTerms1770000000025,
  PostTagNames1770000000026,
];
