import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './running-house.js';

const ROLES = `roles: { facility-staff: ['vaccination:record', 'vaccination:read', 'certificates:read'], officer: ['certificates:revoke'] }`;

/**
 * The demo adopter in a folder of its own, with a second credential format, PixelPass codes, a second programme that issues in one
 * format only, and somebody who may revoke.
 */
export function twoFormsAdopter(): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'divoc-forms-')), 'demo');
  cpSync(join(root, 'adopters', 'demo'), folder, { recursive: true });
  const file = join(folder, 'adopter.yaml');
  const changes: readonly [string, string][] = [
    [
      '  credential: { use: credential-ldp, version: ^0.1 }\n',
      '  ldp: { use: credential-ldp, version: ^0.1 }\n  jcs: { use: credential-jcs, version: ^0.1 }\n',
    ],
    ['{ use: auth-local, version: ^0.1 }', `{ use: auth-local, version: ^0.1, with: { ${ROLES} } }`],
    ['      timeZone: Asia/Kolkata\n', '      timeZone: Asia/Kolkata\n      formats: [jcs, ldp]\n      qr: pixelpass\n'],
    [
      'template: certificate-a4 }\n',
      'template: certificate-a4 }\n        travel: { identity: [walk-in], payment: government, deliver: [download], formats: [ldp] }\n',
    ],
  ];
  const changed = changes.reduce(
    (text, [from, to]) => {
      if (!text.includes(from)) throw new Error(`the demo has no '${from}' any more`);
      return text.replace(from, to);
    },
    readFileSync(file, 'utf8'),
  );
  writeFileSync(file, changed);
  return folder;
}
