import { problem } from '../common/problems/problem.js';

export class FriendNotFound extends problem(404, 'FRIEND_NOT_FOUND', 'You have no such friend.', '친구를 찾을 수 없습니다.') {}
export class FriendRequestNotFound extends problem(404, 'FRIEND_REQUEST_NOT_FOUND', 'There is no such friend request.', '친구 요청을 찾을 수 없습니다.') {}
export class FriendIsSelf extends problem(409, 'FRIEND_IS_SELF', 'You cannot be your own friend.', '자기 자신에게는 친구 요청을 보낼 수 없습니다.') {}
export class AlreadyFriends extends problem(409, 'ALREADY_FRIENDS', 'You are friends already.', '이미 친구입니다.') {}
export class FriendRequestExists extends problem(409, 'FRIEND_REQUEST_EXISTS', 'You have asked already.', '이미 친구 요청을 보냈습니다.') {}
export class TooManyFriendRequests extends problem(409, 'TOO_MANY_FRIEND_REQUESTS', 'Too many of your requests wait for an answer.', '응답을 기다리는 친구 요청이 너무 많습니다.') {}
export class TooManyFriends extends problem(409, 'TOO_MANY_FRIENDS', 'One of you has as many friends as anybody can have.', '둘 중 한 사람의 친구 수가 한도에 이르렀습니다.') {}
