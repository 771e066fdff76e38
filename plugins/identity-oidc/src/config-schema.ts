import type { JsonSchema } from '@divoc/core/api';
import { ASSERTION_ALGORITHMS } from './client-key.js';
import { PROFILES } from './profiles.js';

/** Over TLS, or on this machine: whoever can change an answer on its way can be anybody. */
const URL_PATTERN = '^(https://[^/?#@\\s]+|http://(localhost|127\\.0\\.0\\.1|\\[::1\\])(:[0-9]{1,5})?)(/[^?#\\s]*)?$';
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'];
const CLAIM = '^[A-Za-z][A-Za-z0-9_]*$';

const seconds = (minimum: number, maximum: number, preset: number, description: string): JsonSchema => ({
  type: 'integer',
  minimum,
  maximum,
  default: preset,
  description,
});
const text = (maxLength: number, description: string): JsonSchema => ({ type: 'string', minLength: 1, maxLength, description });
const sentence = (preset: string, description: string): JsonSchema => ({ ...text(300, description), default: preset });

export const configSchema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['issuer', 'clientId', 'redirectUri'],
  properties: {
    profile: {
      enum: Object.keys(PROFILES),
      default: 'standard',
      description: 'What kind of provider it is; single settings go before it.',
    },
    issuer: { type: 'string', maxLength: 500, pattern: URL_PATTERN, description: 'The issuer, exactly as its discovery document says.' },
    clientId: text(256, 'The name of this house at the provider.'),
    redirectUri: {
      type: 'string',
      maxLength: 500,
      pattern: URL_PATTERN,
      description: "As registered at the provider: this house's public address and /x/<instance>/callback.",
    },
    clientAuth: { enum: ['private_key_jwt', 'client_secret_basic', 'client_secret_post', 'none'], description: 'Default: the profile.' },
    clientSecret: { type: 'string', minLength: 1, 'x-secret': true, description: 'For client_secret_basic and client_secret_post.' },
    privateKey: { type: 'string', minLength: 1, 'x-secret': true, description: 'For private_key_jwt: PEM (PKCS #8) or a JWK.' },
    keyId: text(256, 'The kid under which the provider knows the key.'),
    assertionAlgorithm: { enum: [...ASSERTION_ALGORITHMS], default: 'PS256', description: 'How private_key_jwt signs.' },
    assertionAudience: { enum: ['issuer', 'token-endpoint'], default: 'issuer', description: 'For whom private_key_jwt says to be.' },
    algorithms: {
      type: 'array',
      minItems: 1,
      uniqueItems: true,
      items: { enum: ALGORITHMS },
      description: 'Signatures of ID tokens that are accepted. Default: the profile.',
    },
    userinfo: {
      enum: ['none', 'json', 'signed'],
      description: 'Where claims are: in the ID token alone, or in userinfo. Default: the profile.',
    },
    userinfoAlgorithm: { enum: ALGORITHMS, description: 'The signature of a signed userinfo. Default: the profile.' },
    claimsParameter: { type: 'boolean', description: 'Claims are asked for one by one instead of by scopes. Default: the profile.' },
    claims: {
      type: 'object',
      default: {},
      propertyNames: { pattern: CLAIM },
      additionalProperties: { type: ['string', 'null'], minLength: 1, maxLength: 200 },
      description: "A claim as programmes name it → the provider's; null takes one away. Known: name, birthDate, gender and others.",
    },
    requiredClaims: {
      type: 'array',
      default: [],
      uniqueItems: true,
      items: { type: 'string', pattern: CLAIM },
      description: 'Without these nobody is identified, in programmes that may see them.',
    },
    languages: {
      type: 'array',
      default: [],
      uniqueItems: true,
      items: { type: 'string', pattern: '^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$' },
      description: 'Which of several languages is taken, in this order (BCP 47).',
    },
    levels: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['ial', 'basis'],
        properties: {
          acr: text(256, 'The acr of the ID token, exactly; absent: any.'),
          amr: { type: 'array', minItems: 1, items: text(64, 'A method (RFC 8176) that amr must name.') },
          ial: { enum: [0, 1, 2, 3], description: 'Identity assurance level (NIST SP 800-63A).' },
          basis: { type: 'string', pattern: '^[a-z][a-z0-9-]{0,39}$' },
        },
      },
      description: 'What logins are worth, from the weakest to the strongest; others are worth 0. Default: the profile.',
    },
    minimumAcr: text(256, 'The acr of the weakest of the levels that will do. Default: any will.'),
    freshLogin: { type: 'boolean', description: 'The person signs in anew, whoever used the device before. Default: the profile.' },
    prompt: { enum: ['', 'login', 'consent', 'login consent', 'select_account'], description: 'Default: the profile.' },
    challengeSeconds: seconds(60, 3600, 600, 'How long a person has to sign in, and the desk to use it.'),
    timeoutSeconds: seconds(1, 15, 5, 'How long one answer of the provider may take.'),
    clockToleranceSeconds: seconds(0, 300, 30, "How far the provider's clock may be off."),
    page: {
      type: 'object',
      additionalProperties: false,
      default: {},
      description: 'The texts of the page on which the person ends.',
      properties: {
        language: {
          type: 'string',
          pattern: '^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$',
          default: 'en',
          description: 'Their language (BCP 47).',
        },
        done: sentence('Thank you. You have been identified.', 'When it worked.'),
        failed: sentence('You have not been identified. Please ask the staff.', 'When it did not, or was declined.'),
        unknown: sentence('This link is not valid, or no longer. Please ask the staff for a new one.', 'When no challenge waits for it.'),
        again: sentence('This did not work just now. Please open the link again.', 'When trying again will help.'),
        close: sentence('You may close this window.', 'Below each of them.'),
      },
    },
  },
};
