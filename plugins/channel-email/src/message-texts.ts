import type { Finding } from '@divoc/core/api';

/** What a message says, with `{issuer}` and `{number}` in it. Paragraphs of the body are divided by empty lines. */
export interface MessageText {
  readonly subject: string;
  readonly body: string;
}
export type MessageTexts = Readonly<Record<string, MessageText>>;
export type TextChanges = Readonly<Record<string, Partial<MessageText>>>;
export type Placeholder = 'issuer' | 'number';

/** No name and no word of health in the subject: it is shown on locked screens and kept by every server on the way. */
const HOUSE_TEXTS: MessageTexts = {
  en: {
    subject: 'Your certificate from {issuer}',
    body: `Your vaccination certificate is attached to this message as a PDF file. Its number is {number}.

Keep it safe. You may print it: whoever checks it reads its QR code.

If you did not expect this message, your address was given by mistake. Please delete it.

{issuer}`,
  },
  ar: {
    subject: 'شهادتك من {issuer}',
    body: `تجد شهادة التطعيم الخاصة بك مرفقة بهذه الرسالة كملف PDF. رقمها {number}.

احتفظ بها في مكان آمن. يمكنك طباعتها: من يتحقق منها يقرأ رمز الاستجابة السريعة.

إذا لم تكن تتوقع هذه الرسالة فقد أُعطي عنوانك خطأً. نرجو حذفها.

{issuer}`,
  },
  hi: {
    subject: '{issuer} से आपका प्रमाणपत्र',
    body: `आपका टीकाकरण प्रमाणपत्र इस संदेश के साथ PDF फ़ाइल के रूप में संलग्न है। इसकी संख्या {number} है।

इसे सुरक्षित रखें। आप इसे प्रिंट कर सकते हैं: जाँच करने वाला इसका QR कोड पढ़ता है।

यदि आपको इस संदेश की अपेक्षा नहीं थी, तो आपका पता गलती से दिया गया है। कृपया इसे हटा दें।

{issuer}`,
  },
};

const PLACEHOLDERS: readonly string[] = ['issuer', 'number'] satisfies Placeholder[];

/** The house's texts with the adopter's own over them. A language that is not complete is found by `checkTexts`. */
export function messageTexts(changes: TextChanges): MessageTexts {
  const languages = [...new Set([...Object.keys(HOUSE_TEXTS), ...Object.keys(changes)])];
  return Object.fromEntries(languages.map((language) => [language, { ...HOUSE_TEXTS[language], ...changes[language] } as MessageText]));
}

export function checkTexts(changes: TextChanges, language: string): Finding[] {
  const texts = messageTexts(changes);
  const findings = Object.entries(texts).flatMap(([tag, text]) =>
    (['subject', 'body'] as const).flatMap((part): Finding[] => {
      const pointer = `/texts/${tag}/${part}`;
      const value = text[part] as string | undefined;
      if (value === undefined) {
        const message = `the texts in '${tag}' have no ${part}; the house brings only ${Object.keys(HOUSE_TEXTS).join(', ')}`;
        return [{ pointer: `/texts/${tag}`, code: 'TEXT_MISSING', message }];
      }
      const unknown = [...value.matchAll(/\{([^{}]*)\}/g)].map(([, name]) => name ?? '').filter((name) => !PLACEHOLDERS.includes(name));
      const message = `there is no {${unknown[0]}} to fill in; known here: {issuer}, {number}`;
      return unknown.length > 0 ? [{ pointer, code: 'TEXT_PLACEHOLDER_UNKNOWN', message }] : [];
    }),
  );
  if (Object.hasOwn(texts, language)) return findings;
  return [
    ...findings,
    { pointer: '/language', code: 'TEXT_MISSING', message: `there are no texts in '${language}'; add them under texts` },
  ];
}

/** The language of a message: the one wished for, without its region if need be (`ar-EG` is met by `ar`), else `standard`. */
export function languageOf(texts: MessageTexts, wish: string | undefined, standard: string): string {
  const parts = wish?.toLowerCase().split('-') ?? [];
  for (let length = parts.length; length > 0; length -= 1) {
    const tag = parts.slice(0, length).join('-');
    const found = Object.keys(texts).find((known) => known.toLowerCase() === tag);
    if (found !== undefined) return found;
  }
  return standard;
}

/** A text with its placeholders filled in, by a function so that HTML can mark them. */
export function filled(text: string, fill: (name: Placeholder) => string): string {
  return text.replace(/\{(issuer|number)\}/g, (_, name: Placeholder) => fill(name));
}
