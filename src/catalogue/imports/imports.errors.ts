import { problem } from '../../common/problems/problem.js';

export class ImportNotFound extends problem(404, 'IMPORT_NOT_FOUND', 'There is no such import.', '가져오기 작업을 찾을 수 없습니다.') {}
export class TooManyImports extends problem(
  409,
  'TOO_MANY_IMPORTS',
  'Too many imports are under way: wait for one to end.',
  '진행 중인 가져오기가 너무 많습니다. 하나가 끝난 뒤 다시 시도해 주세요.',
) {}
export class UploadsUnavailable extends problem(503, 'UPLOADS_UNAVAILABLE', 'The server cannot store files right now.', '지금은 서버에 파일을 저장할 수 없습니다.') {}
