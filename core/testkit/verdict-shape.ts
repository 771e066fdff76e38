import assert from 'node:assert/strict';
import type { Verdict, VerdictStatus } from '../api/ports/credential-format.js';

const WORDS: readonly VerdictStatus[] = [
  'VERIFIED',
  'NOT_SUPPORTED',
  'INVALID_ENCODING',
  'INVALID_COMPRESSION',
  'INVALID_SIGNING_FORMAT',
  'KID_NOT_INCLUDED',
  'ISSUER_NOT_TRUSTED',
  'TERMINATED_KEYS',
  'EXPIRED_KEYS',
  'REVOKED_KEYS',
  'INVALID_SIGNATURE',
  'REVOKED',
  'SUSPENDED',
  'NOT_YET_VALID',
  'EXPIRED',
  'RULE_FAILED',
];
const ANSWERS = ['encoding', 'format', 'key', 'signature', 'status', 'rules'];

/** Requires the shape that verdicts have: a word of the list, six answers, reasons for a refusal, claims only of what is signed. */
export function assertVerdict({ status, answers, reasons, claims }: Verdict): void {
  assert.ok(WORDS.includes(status), `'${status}' is no word of the list`);
  assert.deepEqual(Object.keys(answers).sort(), [...ANSWERS].sort());
  for (const answer of Object.values(answers)) assert.ok(['pass', 'fail', 'not-checked'].includes(answer), `'${answer}' is no answer`);
  const failed = Object.values(answers).filter((answer) => answer === 'fail');
  if (status === 'VERIFIED') {
    assert.deepEqual([failed, reasons, answers.signature], [[], [], 'pass']);
    assert.ok(claims, 'it is VERIFIED and there are no claims');
  } else {
    assert.ok(failed.length > 0 && reasons.length > 0, `${status} without a failed answer and a reason`);
    for (const { code, text } of reasons) assert.match(`${code} ${text}`, /^[A-Z][A-Z0-9_]+ [A-Z].*\.$/s);
    if (claims) assert.equal(answers.signature, 'pass', 'there are claims that nobody has signed');
  }
}
