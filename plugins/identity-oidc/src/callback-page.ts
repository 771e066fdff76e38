import type { RouteReply } from '@divoc/core/api';
import type { PageTexts } from './settings.js';

export type PageKind = 'done' | 'failed' | 'unknown' | 'foreign' | 'busy' | 'again' | 'down';

const PAGES: Readonly<
  Record<PageKind, { readonly status: number; readonly text: keyof PageTexts; readonly headers?: Record<string, string> }>
> = {
  done: { status: 200, text: 'done' },
  failed: { status: 200, text: 'failed' },
  unknown: { status: 404, text: 'unknown' },
  foreign: { status: 400, text: 'unknown' },
  busy: { status: 409, text: 'again', headers: { 'retry-after': '2' } },
  again: { status: 503, text: 'again' },
  down: { status: 503, text: 'again', headers: { 'retry-after': '15' } },
};

/** The page that the person ends on: whether it worked, in large letters, without a script, a picture or a name. */
export function page(kind: PageKind, texts: PageTexts): RouteReply {
  const { status, text, headers } = PAGES[kind];
  const said = escaped(texts[text]);
  const body = `<!doctype html>
<html lang="${escaped(texts.language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${said}</title>
<style>
:root { color-scheme: light dark; font: 1.25rem/1.5 system-ui, sans-serif; }
main { max-width: 34rem; margin: 15vh auto 0; padding: 0 1.5rem; }
h1 { font-size: 1.5rem; }
</style>
</head>
<body>
<main>
<h1>${said}</h1>
<p>${escaped(texts.close)}</p>
</main>
</body>
</html>
`;
  return { status, mediaType: 'text/html', body, ...(headers && { headers }) };
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
