/**
 * ICAO Doc 9303, part 3, section 6: letters of names as machine-readable zones write them. Where the standard leaves a
 * choice, the first is taken; Cyrillic follows its common column, not those of single countries.
 */
const LATIN = {
  Ä: 'AE',
  Å: 'AA',
  Æ: 'AE',
  Ð: 'D',
  Ö: 'OE',
  Ø: 'OE',
  Ü: 'UE',
  Þ: 'TH',
  ß: 'SS',
  ẞ: 'SS',
  Đ: 'D',
  Ħ: 'H',
  ı: 'I',
  Ĳ: 'IJ',
  ĸ: 'Q',
  Ł: 'L',
  Ŋ: 'N',
  Œ: 'OE',
  Ŧ: 'T',
  Ə: 'E',
  ʼ: '',
};

const CYRILLIC = {
  А: 'A',
  Б: 'B',
  В: 'V',
  Г: 'G',
  Д: 'D',
  Е: 'E',
  Ё: 'E',
  Ж: 'ZH',
  З: 'Z',
  И: 'I',
  Й: 'I',
  К: 'K',
  Л: 'L',
  М: 'M',
  Н: 'N',
  О: 'O',
  П: 'P',
  Р: 'R',
  С: 'S',
  Т: 'T',
  У: 'U',
  Ф: 'F',
  Х: 'KH',
  Ц: 'TS',
  Ч: 'CH',
  Ш: 'SH',
  Щ: 'SHCH',
  Ъ: 'IE',
  Ы: 'Y',
  Ь: '',
  Э: 'E',
  Ю: 'IU',
  Я: 'IA',
  І: 'I',
  Ї: 'I',
  Є: 'IE',
  Ґ: 'G',
  Ў: 'U',
  Ђ: 'D',
  Ѓ: 'G',
  Ѕ: 'DZ',
  Ј: 'J',
  Љ: 'LJ',
  Њ: 'NJ',
  Ћ: 'C',
  Ќ: 'K',
  Џ: 'DZ',
};

/** One code for one letter, so that the name could be written back; vowel signs are left out, and so is the tatweel. */
const ARABIC = {
  ء: 'XE',
  آ: 'XAA',
  أ: 'XAE',
  ؤ: 'U',
  إ: 'I',
  ئ: 'XI',
  ا: 'A',
  ب: 'B',
  ة: 'XTA',
  ت: 'T',
  ث: 'XTH',
  ج: 'J',
  ح: 'XH',
  خ: 'XKH',
  د: 'D',
  ذ: 'XDH',
  ر: 'R',
  ز: 'Z',
  س: 'S',
  ش: 'XSH',
  ص: 'XSS',
  ض: 'XDZ',
  ط: 'XTT',
  ظ: 'XZZ',
  ع: 'E',
  غ: 'G',
  ف: 'F',
  ق: 'Q',
  ك: 'K',
  ل: 'L',
  م: 'M',
  ن: 'N',
  ه: 'H',
  و: 'W',
  ى: 'XAY',
  ي: 'Y',
  ٱ: 'XXA',
  ٹ: 'XXT',
  پ: 'P',
  چ: 'XC',
  ڈ: 'XXD',
  ڑ: 'XXR',
  ژ: 'XJ',
  ک: 'XKK',
  گ: 'XGG',
  ی: 'XYA',
  ـ: '',
};

const LETTERS: ReadonlyMap<string, string> = new Map(Object.entries({ ...LATIN, ...CYRILLIC, ...ARABIC }));

const TEH_MARBUTA = 'ة';
const SHADDA = '\u0651';
const FATHATAN_TO_SUKUN = /[\u064b-\u0652\u0670]/u;

/**
 * A name in A to Z, its parts parted by `<`, or undefined when it has a letter of a script that the standard has no table
 * for, or no letter at all. `Gößinger-Müller` gives `GOESSINGER<MUELLER`.
 */
export function transliterated(name: string): string | undefined {
  // Apostrophes and full stops are left out; whatever else parts words becomes one filler.
  const parts = name
    .normalize('NFC')
    .replace(/['’‘`´.]/gu, '')
    .split(/[\s\-‐‑–—,/<]+/u)
    .filter((part) => part !== '');
  const written = parts.map(partOf);
  return written.every((part) => part !== undefined) ? written.filter((part) => part !== '').join('<') || undefined : undefined;
}

function partOf(part: string): string | undefined {
  let [text, last] = ['', ''];
  const letters = [...part];
  for (const [at, letter] of letters.entries()) {
    // A shadda doubles the consonant before it; other signs are vowels.
    const code = letter === SHADDA ? last : FATHATAN_TO_SUKUN.test(letter) ? '' : letterOf(letter, at === letters.length - 1);
    if (code === undefined) return undefined;
    text += code;
    if (code !== '') last = code;
  }
  return text;
}

/** Latin letters without an entry of their own are written without their marks: É gives E, and Ǵ G. */
function letterOf(letter: string, isLast: boolean): string | undefined {
  if (letter === TEH_MARBUTA && isLast) return 'XAH';
  const upper = letter === 'ß' || letter === 'ı' || letter === 'ĸ' ? letter : letter.toUpperCase();
  const known = LETTERS.get(upper);
  if (known !== undefined) return known;
  const bare = upper.normalize('NFD').replace(/\p{Mn}/gu, '');
  return /^[A-Z]*$/.test(bare) ? bare : LETTERS.get(bare);
}
