/** Keys of the Korean standard layout (KS X 5002), in the order in which Unicode composes syllables. */
const INITIAL = 'r R s e E f a q Q t T d w W c z x v g'.split(' ');
const MEDIAL = 'k o i O j p u P h hk ho hl y n nj np nl b m ml l'.split(' ');
const FINAL = ' r R rt s sw sg e f fr fa fq ft fx fv fg a q qt t T d w c z x v g'.split(' ');
/** Letters that stand alone, from U+3131 on: consonants with their pairs, then vowels. */
const LETTERS = [...'r R rt s sw sg e E f fr fa fq ft fx fv fg a q Q qt t T d w W c z x v g'.split(' '), ...MEDIAL];

const FIRST_SYLLABLE = 0xac00;
const FIRST_LETTER = 0x3131;

/**
 * The keys that type a text on a Korean keyboard, as they come out when it is switched to English: `사랑해` is
 * `tkfkdgo`. In small letters; anything but Hangul stays.
 */
export function koreanKeys(text: string): string {
  return text
    .normalize('NFC')
    .replace(/[\u3131-\u3163\uac00-\ud7a3]/g, keysOf)
    .toLowerCase();
}

function keysOf(character: string): string {
  const code = character.charCodeAt(0);
  if (code < FIRST_SYLLABLE) return LETTERS[code - FIRST_LETTER];
  const index = code - FIRST_SYLLABLE;
  const [initial, rest] = [Math.floor(index / (21 * 28)), index % (21 * 28)];
  return INITIAL[initial] + MEDIAL[Math.floor(rest / 28)] + FINAL[rest % 28];
}
