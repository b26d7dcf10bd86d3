import { problem } from '../problems/problem.js';

export class IdempotencyKeyInUse extends problem(409, 'IDEMPOTENCY_KEY_IN_USE', 'The first request with this key is still running.', '같은 키의 첫 요청이 아직 처리 중입니다.') {}
export class IdempotencyResultDeleted extends problem(
  410,
  'IDEMPOTENCY_RESULT_DELETED',
  'The first request with this key made something that has been deleted.',
  '같은 키의 첫 요청으로 만든 것이 삭제되었습니다.',
) {}
export class IdempotencyKeyReused extends problem(422, 'IDEMPOTENCY_KEY_REUSED', 'This key was used with another body.', '이 키는 다른 본문과 함께 이미 사용되었습니다.') {}
