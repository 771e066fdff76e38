import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pkcs11, { type Handle, type PKCS11 } from 'pkcs11js';

export const MODULE = '/usr/lib/softhsm/libsofthsm2.so';
export const PIN = '123456';
const [EC_KEY_PAIR_GEN, EDWARDS_KEY_PAIR_GEN] = [0x1040, 0x1055];
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
          { type: pkcs11.CKA_TOKEN, value: true },
          { type: pkcs11.CKA_LABEL, value: purpose },
          { type: pkcs11.CKA_ID, value: Buffer.from([++count]) },
        ];
        library.C_GenerateKeyPair(
          session,
          { mechanism },
          [...common, { type: pkcs11.CKA_EC_PARAMS, value: Buffer.from(params, 'hex') }, { type: pkcs11.CKA_VERIFY, value: true }],
          [
            ...common,
            { type: pkcs11.CKA_PRIVATE, value: true },
            { type: pkcs11.CKA_SIGN, value: true },
            { type: pkcs11.CKA_SENSITIVE, value: true },
            { type: pkcs11.CKA_EXTRACTABLE, value: false },
          ],
        );
      }),
    addCertificate: (der) =>
      work((session) => {
        const subject = Buffer.from('3000', 'hex');
        library.C_CreateObject(session, [
          { type: pkcs11.CKA_CLASS, value: pkcs11.CKO_CERTIFICATE },
          { type: pkcs11.CKA_CERTIFICATE_TYPE, value: pkcs11.CKC_X_509 },
          { type: pkcs11.CKA_TOKEN, value: true },
          { type: pkcs11.CKA_SUBJECT, value: subject },
          { type: pkcs11.CKA_VALUE, value: der },
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
