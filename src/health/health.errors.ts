import { problem } from '../common/problems/problem.js';

/** No other answer of this API is 502: nginx repeats it at another instance. */
export class InstanceStops extends problem(502, 'INSTANCE_STOPS', 'This instance is stopping: try again.', '이 서버는 종료 중입니다. 다시 시도해 주세요.') {}
export class NotReady extends problem(503, 'NOT_READY', 'This instance takes no requests now.', '지금은 요청을 받지 않습니다.') {}
