/** Keys of the Korean standard layout (KS X 5002), in Unicode's order of Hangul letters. */
const INITIAL = 'r R s e E f a q Q t T d w W c z x v g'.split(' ');
const MEDIAL = 'k o i O j p u P h hk ho hl y n nj np nl b m ml l'.split(' ');
const FINAL = 'r R rt s sw sg e f fr fa fq ft fx fv fg a q qt t T d w c z x v g'.split(' ');

const KEYS = new Map<string, string>();
for (const [first, keys] of [[0x1100, INITIAL] as const, [0x1161, MEDIAL] as const, [0x11a8, FINAL] as const]) {
  keys.forEach((key, i) => KEYS.set(String.fromCharCode(first + i), key));
}

/**
 * The keys that type a Hangul text on a Korean keyboard: `사랑해` is `tkfkdgo`. Other characters stay. The result is in
 * lower case and normal width.
 */
export function koreanKeys(text: string): string {
  // NFKD splits syllables into letters and maps standalone letters to the same ones.
  return text
    .normalize('NFKD')
    .replace(/[\u1100-\u11ff]/g, (letter) => KEYS.get(letter) ?? letter)
    .normalize('NFC')
    .toLowerCase();
}
