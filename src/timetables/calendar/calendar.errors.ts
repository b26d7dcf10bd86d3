import { problem } from '../../common/problems/problem.js';

export class CalendarNotFound extends problem(404, 'CALENDAR_NOT_FOUND', 'There is no calendar at this address, or no longer.', '캘린더를 찾을 수 없거나 주소가 더 이상 유효하지 않습니다.') {}
