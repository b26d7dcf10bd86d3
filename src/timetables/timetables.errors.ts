import { problem } from '../common/problems/problem.js';

export class TimetableNotFound extends problem(404, 'TIMETABLE_NOT_FOUND', 'There is no such timetable.', '시간표를 찾을 수 없습니다.') {}
export class TimetableNameTaken extends problem(409, 'TIMETABLE_NAME_TAKEN', 'You have a timetable of this name in the semester.', '같은 이름의 시간표가 이미 있습니다.') {}
export class TooManyTimetables extends problem(409, 'TOO_MANY_TIMETABLES', 'You have as many timetables in this semester as one may have.', '한 학기에 만들 수 있는 시간표 수를 넘었습니다.') {}
export class EntryNotFound extends problem(404, 'ENTRY_NOT_FOUND', 'There is no such entry in this timetable.', '시간표에 없는 항목입니다.') {}
export class TooManyEntries extends problem(409, 'TOO_MANY_ENTRIES', 'A timetable has no room for more entries.', '시간표에 더 담을 수 없습니다.') {}
export class TimetableConflict extends problem(409, 'TIMETABLE_CONFLICT', 'It clashes with entries of the timetable: see `conflicts`.', '시간이 겹치는 항목이 있습니다.', {
  conflicts: { type: 'array', items: { $ref: '#/components/schemas/EntryView' } },
}) {}
export class LectureAlreadyAdded extends problem(409, 'LECTURE_ALREADY_ADDED', 'This lecture is in the timetable already.', '이미 담은 강의입니다.') {}
export class LectureOfOtherSemester extends problem(409, 'LECTURE_OF_OTHER_SEMESTER', 'This lecture belongs to another semester.', '다른 학기의 강의입니다.') {}
export class LectureCancelled extends problem(409, 'LECTURE_CANCELLED', 'This lecture was cancelled.', '폐강된 강의입니다.') {}
