import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The only fonts there are: those of npm packages, so that every machine sets the same page. Noto Sans has Devanagari too. */
const FAMILIES = [
  '@expo-google-fonts/noto-sans',
  '@expo-google-fonts/noto-naskh-arabic',
  '@expo-google-fonts/noto-sans-sinhala',
  '@expo-google-fonts/noto-sans-tamil',
];

/** Writes a configuration of fontconfig with these fonts and no others, and gives its path, for `FONTCONFIG_FILE`. */
export function fontConfiguration(folder: string): string {
  const require = createRequire(import.meta.url);
  const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const fonts = FAMILIES.map((family) => `<dir>${escaped(dirname(require.resolve(`${family}/package.json`)))}</dir>`);
  // Whatever family a page asks for, the generic ones and the machine's own among them.
  const otherwise =
    '<match target="pattern"><edit name="family" mode="append_last" binding="weak"><string>Noto Sans</string></edit></match>';
  const cache = join(folder, 'fonts');
  mkdirSync(cache, { recursive: true });
  const file = join(folder, 'fonts.conf');
  const lines = ['<?xml version="1.0"?>', '<fontconfig>', ...fonts, `<cachedir>${escaped(cache)}</cachedir>`, otherwise, '</fontconfig>'];
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}
