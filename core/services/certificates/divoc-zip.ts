import { zipSync } from 'fflate';

/** DIVOC's QR content: a zip with the one file `certificate.json`. The same credential gives the same bytes. */
export function zipOf(credential: unknown): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(credential));
  // Zip knows local time only: the same local date gives the same bytes in every zone.
  return zipSync({ 'certificate.json': json }, { level: 9, mtime: new Date(1980, 0, 1) });
}
