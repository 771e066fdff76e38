import { definePlugin, type Fault, identity, Refusal } from '@divoc/core/api';

interface Config {
  readonly basis: string;
}

const LONGEST = 128;
const MOST_FAULTS = 20;
/** Control characters and line separators print as nothing, so two codes that look alike would be two people. */
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}\p{Surrogate}]/u;
/** Something that can be seen. */
const VISIBLE = /[^\s\p{Cf}]/u;

export default definePlugin<Config>()({
  id: 'identity-none',
  summary: 'No identity document: the facility vouches for the person, under a code that it gives.',
  config: {
    type: 'object',
    additionalProperties: false,
    properties: {
      basis: {
        type: 'string',
        pattern: '^[a-z][a-z0-9-]{0,39}$',
        default: 'facility-attestation',
        description: 'On what the identity rests.',
      },
    },
  },
  provides: { identity },
  async setup({ config: { basis } }) {
    return {
      ports: {
        identity: {
          async identify(input) {
            return { scheme: 'facility-code', subject: codeOf(input), assurance: { ial: 0, basis } };
          },
        },
      },
    };
  },
});

/** The code exactly as given, but composed (NFC), so that one code typed on two keyboards names one person. */
function codeOf(input: Readonly<Record<string, unknown>>): string {
  const code = Object.hasOwn(input, 'code') ? input.code : undefined;
  const text = typeof code === 'string' ? code.normalize('NFC') : undefined;
  const unknown = Object.keys(input).filter((name) => name !== 'code');
  const faults = [...faultsOf(code, text), ...unknown.slice(0, MOST_FAULTS).map(unknownMember)];
  if (text !== undefined && faults.length === 0) return text;
  throw new Refusal(422, 'IDENTITY_INPUT_INVALID', 'This provider takes the code that the facility gave to the person.', {
    errors: faults,
  });
}

function faultsOf(code: unknown, text: string | undefined): Fault[] {
  const at = (name: string, detail: string, fix: string): Fault[] => [{ pointer: '/code', code: name, detail, fix }];
  if (code === undefined) return at('FIELD_MISSING', 'this member is required', 'Send the code that the facility gave.');
  if (text === undefined) return at('FIELD_WRONG_TYPE', 'must be a string', 'Send the code as a string; nothing is converted.');
  const { length } = [...text];
  if (length === 0 || length > LONGEST) return at('FIELD_OUT_OF_RANGE', `must have 1 to ${LONGEST} characters`, 'Send the code alone.');
  if (CONTROL.test(text)) return at('FIELD_WRONG_FORMAT', 'holds a control character', 'Send the code in one line.');
  return VISIBLE.test(text) ? [] : at('FIELD_WRONG_FORMAT', 'holds nothing that can be seen', 'Send the code that the facility gave.');
}

/** A member's name comes from the sender, who may have mistaken it for the value: only plain ones are shown. */
function unknownMember(name: string): Fault {
  const isPlain = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(name);
  const detail = isPlain ? 'there is no such member' : 'a member has a name that is not known here';
  return { pointer: isPlain ? `/${name}` : '', code: 'FIELD_UNKNOWN', detail, fix: 'Send { "code": … } alone.' };
}
