import { SignerError } from '@divoc/core/internal';
import type { Handle, PKCS11 } from 'pkcs11js';

export interface TokenOptions {
  readonly module: string;
  readonly label: string;
  readonly pin: string;
}

/** An open session, with the user logged in. */
export interface Session {
  readonly library: PKCS11;
  readonly handle: Handle;
}

export interface Token {
  /** One at a time: a session of PKCS #11 holds one operation. Opened again where the device has closed it. */
  run<T>(work: (session: Session) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** CKU_USER and flags of a session (PKCS #11 2.40, section 3). */
const USER = 1;
const SERIAL_SESSION = 4;
/** Return values (PKCS #11 2.40, section 2.1). */
const ALREADY = { initialized: 0x191, loggedIn: 0x100 } as const;
const PIN_REFUSED = [0xa0, 0xa1, 0xa2, 0xa3, 0xa4];
/** The session, the device or the library is gone or in disorder; another session may do. */
const GONE = [0x05, 0x30, 0x32, 0x60, 0x82, 0xb0, 0xb3, 0xe0, 0xe1, 0x101, 0x190];

const codeOf = (error: unknown): number | undefined => (error as { code?: number }).code;
const isGone = (error: unknown): boolean => GONE.includes(codeOf(error) ?? -1);

/** Opens nothing yet. Every error of it is a SignerError, which never holds the PIN. */
export function openToken(options: TokenOptions): Token {
  let library: PKCS11 | undefined;
  let session: Session | undefined;
  let pinFault: SignerError | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  const open = async (): Promise<Session> => {
    // A device locks itself after a few wrong PINs; it is asked once.
    if (pinFault) throw pinFault;
    library ??= await load(options.module);
    try {
      return login(library, options);
    } catch (error) {
      if (error instanceof SignerError && error.code === 'SIGNER_PIN_REFUSED') pinFault = error;
      throw error;
    }
  };
  const attempt = async <T>(work: (session: Session) => Promise<T>): Promise<T> => {
    session ??= await open();
    try {
      return await work(session);
    } catch (error) {
      if (!isGone(error)) throw error;
      drop();
      session = await open();
      return work(session);
    }
  };
  const drop = () => {
    if (session) ignoring(() => session?.library.C_CloseSession(session.handle));
    session = undefined;
  };
  return {
    run(work) {
      const mine = turn.then(() => attempt(work)).catch((error) => Promise.reject(named(error, options.label)));
      turn = mine.catch(() => undefined);
      return mine;
    },
    async close() {
      await turn;
      drop();
    },
  };
}

/** The library is compiled while it is installed, and only needed by those who have a device: so it is looked for here. */
async function load(module: string): Promise<PKCS11> {
  const { default: pkcs11 } = await import('pkcs11js').catch((cause) => {
    const fix = 'Install a C++ compiler, make and Python, then: npm rebuild pkcs11js';
    throw new SignerError('SIGNER_LIBRARY_MISSING', 'pkcs11js could not be compiled here', fix, { cause });
  });
  const library = new pkcs11.PKCS11();
  try {
    library.load(module);
  } catch (cause) {
    const fix = "Install the device's software, or correct 'module'.";
    throw new SignerError('SIGNER_MODULE_MISSING', `${module} cannot be loaded as a PKCS #11 library`, fix, { cause });
  }
  return library;
}

function login(library: PKCS11, { label, pin }: TokenOptions): Session {
  allowing(ALREADY.initialized, () => library.C_Initialize());
  const labels = library.C_GetSlotList(true).map((slot) => ({ slot, label: library.C_GetTokenInfo(slot).label.trim() }));
  const found = labels.filter((token) => token.label === label);
  const [only] = found;
  if (!only || found.length > 1) {
    // A library that looked once may go on seeing what it saw then; the next attempt has it look again.
    ignoring(() => library.C_Finalize());
    const what = only ? `there are ${found.length} tokens labelled ${label}` : `there is no token labelled ${label}`;
    throw new SignerError('SIGNER_TOKEN_MISSING', what, "Connect the device, or set 'token' to the label of one that is there.");
  }
  const handle = library.C_OpenSession(only.slot, SERIAL_SESSION);
  try {
    allowing(ALREADY.loggedIn, () => library.C_Login(handle, USER, pin));
  } catch (cause) {
    ignoring(() => library.C_CloseSession(handle));
    if (!PIN_REFUSED.includes(codeOf(cause) ?? -1)) throw cause;
    const fix = 'Set the right one and restart; it is not tried again, since devices lock themselves.';
    throw new SignerError('SIGNER_PIN_REFUSED', `the token ${label} refuses the PIN (${(cause as Error).message})`, fix);
  }
  return { library, handle };
}

function named(error: unknown, label: string): unknown {
  if (typeof codeOf(error) !== 'number') return error;
  const what = `the token ${label} answers ${(error as Error).message}`;
  return new SignerError('SIGNER_DEVICE_FAILED', what, 'Look at the device; it is tried again with the next signature.', { cause: error });
}

function allowing(code: number, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (codeOf(error) !== code) throw error;
  }
}

function ignoring(work: () => void): void {
  try {
    work();
  } catch {
    // It is given up in any case.
  }
}
