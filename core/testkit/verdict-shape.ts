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

/** What a verdict may add to VERIFIED, when its signature does not protect everything. */
const REMARKS = ['SUBJECT_NOT_PROTECTED', 'FIELDS_NOT_PROTECTED'];

/** Requires the shape that verdicts have: a word of the list, six answers, reasons for a refusal, claims only of what is signed. */
export function assertVerdict({ status, answers, reasons, claims, unprotected }: Verdict): void {
  assert.ok(WORDS.includes(status), `'${status}' is no word of the list`);
  assert.deepEqual(Object.keys(answers).sort(), [...ANSWERS].sort());
  for (const answer of Object.values(answers)) assert.ok(['pass', 'fail', 'not-checked'].includes(answer), `'${answer}' is no answer`);
  const failed = Object.values(answers).filter((answer) => answer === 'fail');
  if (status === 'VERIFIED') {
    const refusing = reasons.filter(({ code }) => !REMARKS.includes(code));
    assert.deepEqual([failed, refusing, answers.signature], [[], [], 'pass']);
    assert.ok(claims, 'it is VERIFIED and there are no claims');
  } else {
    assert.ok(failed.length > 0 && reasons.length > 0, `${status} without a failed answer and a reason`);
    for (const { code, text } of reasons) assert.match(`${code} ${text}`, /^[A-Z][A-Z0-9_]+ [A-Z].*\.$/s);
    if (claims) assert.equal(answers.signature, 'pass', 'there are claims that nobody has signed');
  }
  const isRemarked = reasons.some(({ code }) => code === 'FIELDS_NOT_PROTECTED');
  assert.equal(isRemarked, unprotected !== undefined, 'unprotected and FIELDS_NOT_PROTECTED go together');
  if (!unprotected) return;
  assert.ok(claims && unprotected.length > 0, 'unprotected without claims, or empty');
  assert.deepEqual(unprotected, [...new Set(unprotected)].sort());
  assert.ok(
    unprotected.every((pointer) => pointer === '' || pointer.startsWith('/')),
    'unprotected holds JSON Pointers',
  );
}
