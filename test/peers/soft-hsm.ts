import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pkcs11, { type Handle, type PKCS11 } from 'pkcs11js';

export const MODULE = '/usr/lib/softhsm/libsofthsm2.so';
export const PIN = '123456';
const [EC_KEY_PAIR_GEN, EDWARDS_KEY_PAIR_GEN] = [0x1040, 0x1055];
/** Attributes and their values (PKCS #11 2.40). */
const CKA = { CLASS: 0x0, TOKEN: 0x1, PRIVATE: 0x2, LABEL: 0x3, VALUE: 0x11, CERTIFICATE_TYPE: 0x80, SUBJECT: 0x101, ID: 0x102 } as const;
const [SENSITIVE, SIGN, VERIFY, EXTRACTABLE, EC_PARAMS] = [0x103, 0x108, 0x10a, 0x162, 0x180] as const;
const [CERTIFICATE, X_509] = [1, 0] as const;
const CURVES = {
  ES256: { mechanism: EC_KEY_PAIR_GEN, params: '06082a8648ce3d030107' },
  Ed25519: { mechanism: EDWARDS_KEY_PAIR_GEN, params: '130c656477617264733235353139' },
} as const;

/** Debian's SoftHSM with an empty token of this label, as its tools make one; keys are made as a device's own tools make them. */
export interface SoftHsm {
  readonly tokens: string;
  /** Makes a pair that cannot be taken out. */
  makeKey(purpose: string, algorithm: keyof typeof CURVES): void;
  /** Writes a certificate (DER) to the token. */
  addCertificate(der: Buffer): void;
  changePin(to: string): void;
  /** What a device does that loses its power: every session of this process is closed. */
  interrupt(): void;
  remove(): void;
}

let count = 0;

export function softHsm(label: string): SoftHsm {
  const folder = mkdtempSync(join(tmpdir(), 'softhsm-'));
  const tokens = join(folder, 'tokens');
  mkdirSync(tokens);
  const conf = join(folder, 'softhsm2.conf');
  writeFileSync(conf, `directories.tokendir = ${tokens}\nobjectstore.backend = file\nlog.level = ERROR\n`);
  process.env.SOFTHSM2_CONF = conf;
  execFileSync('softhsm2-util', ['--init-token', '--free', '--label', label, '--pin', PIN, '--so-pin', '654321']);
  const library: PKCS11 = new pkcs11.PKCS11();
  library.load(MODULE);
  const work = (act: (session: Handle) => void) => {
    // It may have been opened for another token: what it knows is read anew.
    interrupt();
    library.C_Initialize();
    const slot = library.C_GetSlotList(true).find((each) => library.C_GetTokenInfo(each).label.trim() === label);
    const session = library.C_OpenSession(slot as Handle, 4 | 2);
    library.C_Login(session, 1, PIN);
    act(session);
    interrupt();
  };
  const interrupt = () => {
    try {
      library.C_Finalize();
    } catch {
      // It had not been opened.
    }
  };
  return {
    tokens,
    makeKey: (purpose, algorithm) =>
      work((session) => {
        const { mechanism, params } = CURVES[algorithm];
        const common = [
          { type: CKA.TOKEN, value: true },
          { type: CKA.LABEL, value: purpose },
          { type: CKA.ID, value: Buffer.from([++count]) },
        ];
        library.C_GenerateKeyPair(
          session,
          { mechanism },
          [...common, { type: EC_PARAMS, value: Buffer.from(params, 'hex') }, { type: VERIFY, value: true }],
          [
            ...common,
            { type: CKA.PRIVATE, value: true },
            { type: SIGN, value: true },
            { type: SENSITIVE, value: true },
            { type: EXTRACTABLE, value: false },
          ],
        );
      }),
    addCertificate: (der) =>
      work((session) => {
        const subject = Buffer.from('3000', 'hex');
        library.C_CreateObject(session, [
          { type: CKA.CLASS, value: CERTIFICATE },
          { type: CKA.CERTIFICATE_TYPE, value: X_509 },
          { type: CKA.TOKEN, value: true },
          { type: CKA.SUBJECT, value: subject },
          { type: CKA.VALUE, value: der },
        ]);
      }),
    changePin: (to) => work((session) => library.C_SetPIN(session, PIN, to)),
    interrupt,
    remove() {
      interrupt();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
