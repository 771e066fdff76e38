import { directionOf, type Refusal, type RouteReply, type RouteRequest } from '@divoc/core/api';
import Negotiator from 'negotiator';
import { PRIVATE_HEADERS } from './link-keeper.js';
import { HOUSE_TEXTS, type LanguageTexts, REFUSED, type Refused } from './refusal-texts.js';

type Asked = Pick<RouteRequest, 'headers'> & { readonly language: string | undefined };

/**
 * A refusal as a page for whoever reads it in a browser, with the refusal's own status; undefined for programs, which get
 * the problem document, and for refusals of which there is no page. It names no person, no certificate and no reason, and
 * does not link to a certificate that replaced this one: whoever holds this link may be the wrong person it was replaced for.
 */
export function refusalPage(
  refusal: Refusal,
  { headers, language }: Asked,
  ownTexts: Readonly<Record<string, LanguageTexts>>,
): RouteReply | undefined {
  const { status, code } = refusal;
  if (!isRefused(code) || !asksForPage(headers.accept)) return undefined;
  const texts = { ...ownTexts, ...Object.fromEntries(Object.entries(HOUSE_TEXTS).filter(([tag]) => !Object.hasOwn(ownTexts, tag))) };
  const [tag, said] = chosen(texts, language ?? headers['accept-language']);
  const varying = { vary: 'Accept, Accept-Language', 'content-language': tag };
  return { status, mediaType: 'text/html', body: page(tag, said, code), headers: { ...PRIVATE_HEADERS, ...varying } };
}

const isRefused = (code: string): code is Refused => (REFUSED as readonly string[]).includes(code);

/** A program that takes anything, or says nothing, gets the problem document. */
const asksForPage = (accept: string | undefined): boolean =>
  accept !== undefined &&
  new Negotiator({ headers: { accept } }).mediaType(['application/problem+json', 'application/json', 'text/html']) === 'text/html';

/** The first language is that of who understands none of them. `ar-EG` is met by `ar`. */
function chosen(texts: Readonly<Record<string, LanguageTexts>>, wish: string | undefined): [string, LanguageTexts] {
  const all = Object.entries(texts) as [string, LanguageTexts][];
  const found = wish && new Negotiator({ headers: { 'accept-language': wish } }).language(all.map(([tag]) => tag));
  return all.find(([tag]) => tag === found) ?? (all[0] as [string, LanguageTexts]);
}

/** In the dress of the house's certificates: a line of another colour, and no script, picture or font from anywhere. */
function page(tag: string, texts: LanguageTexts, code: Refused): string {
  const { title, why, whatToDo } = texts[code];
  return `<!doctype html>
<html lang="${escaped(tag)}" dir="${directionOf(tag)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<style>
:root { --ink: #1b2733; --stop: #9a3412; --paper: #fff; --ground: #eef2f3; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eef1; --stop: #f6a97c; --paper: #172129; --ground: #0e151a; } }
* { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; background: var(--ground); color: var(--ink);
  font: 1.125rem/1.6 system-ui, "Noto Sans", "Noto Naskh Arabic", "Noto Sans Devanagari", "Noto Sans Sinhala", "Noto Sans Tamil", sans-serif;
}
main { max-width: 40rem; margin: 0 auto; padding: 2rem 1.25rem; background: var(--paper); border-top: .35rem solid var(--stop); }
h1 { font-size: clamp(1.6rem, 6vw, 2.1rem); line-height: 1.3; margin: 0 0 1rem; color: var(--stop); overflow-wrap: anywhere; }
p { margin: 0 0 1rem; }
.do { font-weight: 600; margin: 0; }
@media (min-width: 44rem) { main { margin-top: 12vh; padding: 2.5rem 3rem; } }
</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
<p>${escaped(why)}</p>
<p class="do">${escaped(whatToDo)}</p>
</main>
</body>
</html>
`;
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
