import { problem } from '../common/problems/problem.js';

export class AdminsOnly extends problem(403, 'ADMINS_ONLY', 'Only administrators may do this.', '관리자만 할 수 있습니다.') {}
export class SemesterNotFound extends problem(404, 'SEMESTER_NOT_FOUND', 'There is no such semester.', '학기를 찾을 수 없습니다.') {}
export class SemesterExists extends problem(409, 'SEMESTER_EXISTS', 'This semester is there already.', '이미 있는 학기입니다.') {}
export class SubjectNotFound extends problem(404, 'SUBJECT_NOT_FOUND', 'There is no such subject.', '과목을 찾을 수 없습니다.') {}
export class SubjectExists extends problem(409, 'SUBJECT_EXISTS', 'A subject with this code is there already.', '같은 학수번호의 과목이 이미 있습니다.') {}
export class SubjectInUse extends problem(409, 'SUBJECT_IN_USE', 'Others use this subject.', '다른 사람이 쓰고 있는 과목입니다.') {}
export class TooManySubjects extends problem(409, 'TOO_MANY_SUBJECTS', 'You have registered as many subjects as an account may.', '등록할 수 있는 과목 수를 넘었습니다.') {}
export class LectureNotFound extends problem(404, 'LECTURE_NOT_FOUND', 'There is no such lecture.', '강의를 찾을 수 없습니다.') {}
export class LectureExists extends problem(409, 'LECTURE_EXISTS', 'You have registered this section of the subject already.', '이미 등록한 분반입니다.') {}
export class LectureInUse extends problem(409, 'LECTURE_IN_USE', 'Others have this lecture in a timetable.', '다른 사람이 시간표에 담은 강의입니다.') {}
export class TooManyLectures extends problem(409, 'TOO_MANY_LECTURES', 'You have registered as many lectures as an account may.', '등록할 수 있는 강의 수를 넘었습니다.') {}
export class CatalogueIsReadOnly extends problem(403, 'CATALOGUE_IS_READ_ONLY', "The catalogue's own cannot be changed here.", '학교 강의 목록은 바꿀 수 없습니다.') {}
export class NotItsMaker extends problem(403, 'NOT_ITS_MAKER', 'Only the member who registered it may do this.', '등록한 사람만 할 수 있습니다.') {}
