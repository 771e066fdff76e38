import { loadTrustBundles, type Verdict, verifyInput } from '../../core/verifier/index.js';
import { reader as divoc } from '../../plugins/credential-divoc/src/reader.js';
import { reader as hcert } from '../../plugins/credential-hcert/src/reader.js';
import { reader as jcs } from '../../plugins/credential-jcs/src/reader.js';
import { reader as jose } from '../../plugins/credential-jose/src/reader.js';
import { reader as ldp } from '../../plugins/credential-ldp/src/reader.js';
import { reader as sdJwt } from '../../plugins/credential-sd-jwt/src/reader.js';
import { reader as shc } from '../../plugins/credential-shc/src/reader.js';
import { reader as vdsNc } from '../../plugins/credential-vds-nc/src/reader.js';

/** A page that verifies: the library, and the readers of all formats. */
export const FORMATS = { divoc, hcert, jcs, jose, ldp, 'sd-jwt': sdJwt, shc, 'vds-nc': vdsNc };

/** Something that was scanned or handed over, and when (RFC 3339). */
export interface Input {
  readonly document: unknown;
  readonly at: string;
}

/** One verdict for each, by those who trust these files. */
export async function verdicts(trust: readonly unknown[], inputs: readonly Input[]): Promise<readonly Verdict[]> {
  const loaded = loadTrustBundles([...trust]);
  return Promise.all(inputs.map(({ document, at }) => verifyInput(document, FORMATS, loaded, new Date(at))));
}
