import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The only fonts there are: those of npm packages, so that every machine sets the same page. Noto Sans has Devanagari too. */
const FAMILIES = [
  '@expo-google-fonts/noto-sans',
  '@expo-google-fonts/noto-naskh-arabic',
  '@expo-google-fonts/noto-sans-sinhala',
  '@expo-google-fonts/noto-sans-tamil',
];
const WEIGHTS = ['400Regular', '600SemiBold', '700Bold'];

/** Scripts that these fonts have letters of, as Unicode names them; shared characters belong to all. */
const SCRIPTS = ['Latin', 'Greek', 'Cyrillic', 'Arabic', 'Devanagari', 'Sinhala', 'Tamil', 'Common', 'Inherited'];
const LETTERS = new RegExp(`^[${SCRIPTS.map((script) => `\\p{scx=${script}}`).join('')}]*$`, 'u');

const require = createRequire(import.meta.url);

export function fontBlobs(): Buffer[] {
  return FAMILIES.flatMap((family) => {
    const folder = dirname(require.resolve(`${family}/package.json`));
    return WEIGHTS.flatMap((weight) =>
      readdirSync(join(folder, weight))
        .filter((name) => name.endsWith('.ttf'))
        .map((name) => readFileSync(join(folder, weight, name))),
    );
  });
}

/** Would a text show boxes instead of letters? */
export function hasMissingLetters(text: string): boolean {
  return !LETTERS.test(text);
}
