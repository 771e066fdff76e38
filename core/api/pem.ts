/** Certificates (DER in base64) as PEM (RFC 7468), one after another. */
export const certificatesPem = (certificates: readonly string[]): string =>
  certificates.map((der) => `-----BEGIN CERTIFICATE-----\n${der.match(/.{1,64}/g)?.join('\n')}\n-----END CERTIFICATE-----\n`).join('');
