import { problem } from '../common/problems/problem.js';

export class NotReady extends problem(503, 'NOT_READY', 'This instance takes no requests now.', '지금은 요청을 받지 않습니다.') {}
