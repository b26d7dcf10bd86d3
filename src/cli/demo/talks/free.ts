import type { Talk } from '../talk.js';
import { campusTalks } from './free/campus.js';
import { heartTalks } from './free/feelings.js';
import { livingTalks } from './free/living.js';
import { studyTalks } from './free/study.js';

/** What is told in the free board: anything. */
export const freeTalks: Talk[] = [...campusTalks, ...livingTalks, ...studyTalks, ...heartTalks];
