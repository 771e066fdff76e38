import { isObject, jsonSnapshot, listOf, VC_CONTEXT } from '../api/index.js';

/** What an envelope holds: a text with a signature of its own; undefined when it is of a kind that no text here is of. */
export interface Envelope {
  readonly content: string | undefined;
}

/** Media types of texts that formats may read, by the type of envelope. */
const CONTENTS = {
  EnvelopedVerifiableCredential: ['application/vc+jwt', 'application/vc+sd-jwt', 'application/dc+sd-jwt'],
  EnvelopedVerifiablePresentation: ['application/vp+jwt', 'application/vp+sd-jwt'],
} as const;

/**
 * Opens an envelope (https://www.w3.org/TR/vc-data-model-2.0/#enveloped-verifiable-credentials): a credential that is signed
 * as one text, in a `data:` URL. Undefined for a document that is no envelope of this type.
 *
 * Nothing signs the envelope itself: one that says more than what it holds is malformed.
 */
export function openEnvelope(document: unknown, type: keyof typeof CONTENTS): Envelope | 'malformed' | undefined {
  if (!isOfType(document, type)) return undefined;
  const { '@context': context, id, type: types, ...others } = (jsonSnapshot(document) ?? {}) as Readonly<Record<string, unknown>>;
  const isBare = Object.keys(others).length === 0 && listOf(types).length === 1 && listOf(types)[0] === type;
  const [, mediaType, parameters, content] = (typeof id === 'string' && /^data:([^,;]+)(;[^,]*)?,(.+)$/s.exec(id)) || [];
  if (!isBare || listOf(context).length !== 1 || listOf(context)[0] !== VC_CONTEXT || mediaType === undefined) return 'malformed';
  const known: readonly string[] = CONTENTS[type];
  if (content === undefined || parameters !== undefined || !known.includes(mediaType.toLowerCase())) return { content: undefined };
  // A text of the other kind under this name would be read as what it is, and not as what the envelope says.
  return content.includes('~') === /sd-jwt$/i.test(mediaType) ? { content } : 'malformed';
}

/** An object handed in may have getters of its own. */
function isOfType(document: unknown, type: string): boolean {
  try {
    return isObject(document) && listOf(document.type).includes(type);
  } catch {
    return false;
  }
}
