import { writeFileSync } from 'node:fs';
import { frequentPasswords } from '../accounts/passwords/frequent-passwords.js';

/**
 * `passwords [file]` writes the frequent passwords that registration refuses, one a line. Without a file it prints
 * their number. Dates, repetitions and keyboard walks are refused by rules, and are not in the list.
 * The server makes the same list from its rules when the first password is set. The rules are 8 KB; the list would be
 * 400 KB in the repository.
 */
const [file] = process.argv.slice(2);
const start = performance.now();
const passwords = [...frequentPasswords(new Date().getUTCFullYear())];
const milliseconds = Math.round(performance.now() - start);
const text = `${passwords.join('\n')}\n`;
if (file) writeFileSync(file, text);
console.log(`${passwords.length} passwords, ${Buffer.byteLength(text)} bytes, made in ${milliseconds} ms`);
