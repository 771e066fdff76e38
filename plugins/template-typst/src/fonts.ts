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

/**
 * A configuration of fontconfig without any folder, for `FONTCONFIG_FILE`: Typst looks for the machine's fonts unasked,
 * and its binding for Node has no switch for that. Elsewhere than on Linux nothing reads it.
 */
export const NO_SYSTEM_FONTS = join(dirname(require.resolve('@divoc/template-typst/package.json')), 'fonts.conf');
