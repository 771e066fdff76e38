/** The type and subtype, in lower case, without parameters. */
export function mediaTypeEssence(contentType: string): string {
  return (contentType.split(';')[0] ?? '').trim().toLowerCase();
}

/** Is it application/json, or another type whose syntax is JSON (RFC 6839 `+json`), in UTF-8? */
export function isJsonMediaType(contentType: string): boolean {
  const [essence = '', ...parameters] = contentType.split(';').map((piece) => piece.trim().toLowerCase());
  if (!/^application\/(?:json|[a-z0-9!#$&^_.+-]+\+json)$/.test(essence)) return false;
  const charset = parameters.find((parameter) => parameter.startsWith('charset='));
  return charset === undefined || /^charset="?utf-?8"?$/.test(charset);
}
