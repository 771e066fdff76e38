import { type Certificates, isRefusal, type RouteDeclaration, type RouteHandler, type RouteTable, type Wanted } from '@divoc/core/api';
import { type LinkKeeper, PRIVATE_HEADERS, unknownLink } from './link-keeper.js';
import { refusalPage } from './refusal-page.js';
import type { LanguageTexts } from './refusal-texts.js';

/** What can be had behind a link. */
const FORMS = {
  page: { path: '', mediaType: 'text/html', summary: 'The certificate as a page.' },
  pdf: { path: '/certificate.pdf', mediaType: 'application/pdf', summary: 'The certificate as a PDF.' },
  credential: { path: '/certificate.json', mediaType: 'application/vc', summary: 'The signed credential.' },
  qrPng: { path: '/qr.png', mediaType: 'image/png', summary: 'Its QR code.' },
  qrSvg: { path: '/qr.svg', mediaType: 'image/svg+xml', summary: 'Its QR code, to be scaled.' },
} as const;
type Form = keyof typeof FORMS;

/** Who asks for text/html is told on a page. */
const refused = (description: string) => ({ description, mediaTypes: ['application/problem+json', 'text/html'] });

const declare = ({ path, mediaType, summary }: (typeof FORMS)[Form]): RouteDeclaration => ({
  method: 'GET',
  path: `/c/{token}${path}`,
  // Whoever has the link is entitled: the token is the credential.
  scope: 'public',
  summary,
  replies: {
    200: { description: 'Whoever has the link may have it.', mediaTypes: [mediaType] },
    404: refused('There is no such link, or it has expired.'),
    409: refused('The certificate is suspended for the time being.'),
    410: refused('The certificate was revoked or replaced by another.'),
  },
});

const each = <T>(make: (form: Form) => T): Record<Form, T> =>
  Object.fromEntries((Object.keys(FORMS) as Form[]).map((form) => [form, make(form)])) as Record<Form, T>;

export const linkRoutes: RouteTable = { mount: '', routes: each((form) => declare(FORMS[form])) };

/** `texts`: the country's own, of pages that say why a link does not open. */
export function linkHandlers(
  links: LinkKeeper,
  certificates: Certificates,
  texts: Readonly<Record<string, LanguageTexts>>,
): Record<Form, RouteHandler> {
  const withPages =
    (handle: RouteHandler): RouteHandler =>
    async (request) => {
      try {
        return await handle(request);
      } catch (error) {
        const page = isRefusal(error) && refusalPage(error, { ...request, language: languageTag(request.query.language) }, texts);
        if (page) return page;
        throw error;
      }
    };
  const handler =
    (form: Form): RouteHandler =>
    async ({ params, query, headers }) => {
      const token = params.token ?? '';
      const id = await links.find(token);
      const language = languageTag(query.language);
      const acceptLanguage = headers['accept-language'];
      const rendering = await certificates.render(id, {
        mediaType: FORMS[form].mediaType,
        ...(language !== undefined && { language }),
        ...(acceptLanguage !== undefined && { acceptLanguage }),
        ...(form === 'page' && { links: pageLinks(token, language) }),
      });
      if (!rendering) throw unknownLink();
      return {
        status: 200,
        mediaType: rendering.mediaType,
        body: rendering.body,
        headers: {
          ...PRIVATE_HEADERS,
          'content-disposition': `inline; filename="${rendering.fileName.replace(/[^\w.-]/g, '_')}"`,
          ...(rendering.language !== undefined && { 'content-language': rendering.language }),
        },
      };
    };
  return each((form) => withPages(handler(form)));
}

/** Who chose a language on the page gets the PDF in it too. */
function pageLinks(token: string, language: string | undefined): NonNullable<Wanted['links']> {
  const chosen = language === undefined ? '' : `?language=${language}`;
  const page = `/c/${token}`;
  return { pdf: `${page}/certificate.pdf${chosen}`, credential: `${page}/certificate.json`, qr: `${page}/qr.png`, language: '?language=' };
}

/** Something that is no language tag (BCP 47) is as good as nothing: a link that a mail program broke still opens. */
function languageTag(text: string | undefined): string | undefined {
  return text !== undefined && text.length <= 35 && /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/.test(text) ? text : undefined;
}
