import { VERDICT_TEXTS } from '../../api/verdict.js';
import { INPUT_TEXTS } from '../input-failure.js';
import { STATUS_TEXTS } from '../revocation-status.js';
import { FORMAT_FAILED, FORMAT_UNKNOWN } from '../verify.js';

/** What is said where a reason is found; a code has its text there and nowhere else. */
export const ENGLISH = { ...VERDICT_TEXTS, ...INPUT_TEXTS, ...STATUS_TEXTS, FORMAT_UNKNOWN, FORMAT_FAILED } as const;

/** Every code that a verdict on a certificate may give as its reason. */
export type ReasonCode = keyof typeof ENGLISH;

/** The words of one language for all of them. A code never changes with the language. */
export type ReasonTexts = Readonly<Record<ReasonCode, string>>;
