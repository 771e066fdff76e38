import type { JsonSchema, RouteDeclaration, RouteTable } from '@divoc/core/api';

/** Each has a route of its own, since runners tell suites by the endpoint. The first is what `/credentials/issue` signs with. */
export const SUITES = ['eddsa-rdfc-2022', 'eddsa-jcs-2022', 'ecdsa-rdfc-2019', 'ecdsa-jcs-2019', 'ecdsa-sd-2023', 'vc-jose'] as const;

/** The face for the world, and the one that runners of conformance tests use where it is switched on. */
export const FACES = ['', '/test'] as const;

const options: JsonSchema = {
  type: 'object',
  description: 'Whatever callers of this interface send; what is not named here is not looked at.',
};

const body = (name: string): JsonSchema => ({ type: 'object', required: [name], properties: { [name]: { type: 'object' }, options } });

const outcome: JsonSchema = {
  type: 'object',
  required: ['verified'],
  properties: {
    verified: { type: 'boolean' },
    problemDetails: {
      type: 'array',
      items: { type: 'object', properties: { type: { type: 'string' }, title: { type: 'string' }, detail: { type: 'string' } } },
    },
  },
};

function issue(face: string, suite?: string): RouteDeclaration {
  return {
    method: 'POST',
    path: `${face}${suite ? `/${suite}` : ''}/credentials/issue`,
    scope: face === '' ? 'credentials:issue' : 'public',
    summary: `Signs the posted credential with ${suite ?? SUITES[0]}${face === '' ? '' : ', as a did:key, where tests are allowed'}.`,
    body: body('credential'),
    replies: {
      201: { description: 'Signed.', schema: { type: 'object', properties: { verifiableCredential: { type: 'object' } } } },
      400: { description: 'The body is no request to issue a credential.' },
      404: { description: 'Tests are not allowed here.' },
      422: { description: 'The credential breaks a rule, names another issuer, or asks for a suite that no key here is for.' },
    },
  };
}

/** https://www.w3.org/TR/vcalm/#derive-credential: the holder's act. */
function derive(face: string): RouteDeclaration {
  return {
    method: 'POST',
    path: `${face}/credentials/derive`,
    scope: face === '' ? 'credentials:derive' : 'public',
    summary: `Derives from a credential with a base proof (ecdsa-sd-2023) what its holder shows${face === '' ? '' : ', where tests are allowed'}; keeps nothing.`,
    body: body('verifiableCredential'),
    replies: {
      201: { description: 'Derived.', schema: { type: 'object', properties: { verifiableCredential: { type: 'object' } } } },
      400: { description: 'The body is no request to derive a credential.' },
      404: { description: 'Tests are not allowed here.' },
      422: { description: 'The credential has no base proof, or a pointer leads nowhere in it.' },
    },
  };
}

function verify(face: string, what: 'credentials' | 'presentations'): RouteDeclaration {
  const one = what.slice(0, -1);
  return {
    method: 'POST',
    path: `${face}/${what}/verify`,
    scope: face === '' ? `${what}:verify` : 'public',
    summary: `Verifies a ${one} without any network${face === '' ? '' : ', believing every did:key, where tests are allowed'}.`,
    body: body(what === 'credentials' ? 'verifiableCredential' : 'verifiablePresentation'),
    replies: {
      200: { description: `The ${one} is verified; or, where the settings say so, the answer that it is not.`, schema: outcome },
      400: { description: `The ${one} is not verified, or the body is no request to verify one.`, schema: outcome },
      404: { description: 'Tests are not allowed here.' },
    },
  };
}

/** Only for the house: a did:key keeps no lists. https://www.w3.org/TR/vcalm/#update-status */
const changeStatus: RouteDeclaration = {
  method: 'POST',
  path: '/credentials/status',
  scope: 'credentials:status',
  summary: 'Revokes, suspends or reinstates a credential that was issued here with a status. Sent again, it changes nothing.',
  body: {
    type: 'object',
    required: ['credentialId', 'credentialStatus', 'status'],
    properties: {
      credentialId: { type: 'string', minLength: 1, maxLength: 2048 },
      credentialStatus: {
        type: 'object',
        required: ['type', 'statusPurpose'],
        properties: {
          id: { type: 'string' },
          type: { const: 'BitstringStatusListEntry' },
          statusPurpose: { type: 'string', enum: ['revocation', 'suspension'] },
          statusListCredential: { type: 'string' },
          statusListIndex: { type: 'string' },
        },
      },
      status: { type: 'boolean', description: 'What the bit is to say. A revocation is never taken back.' },
    },
  },
  replies: {
    200: {
      description: 'The bit stands so, now or since before.',
      schema: { type: 'object', properties: { status: { type: 'boolean' } } },
    },
    400: { description: 'The body is no request to change a status.' },
    404: { description: 'No credential with a status was issued here under this id.' },
    409: { description: 'The credential has been revoked, and stays so.' },
    422: { description: 'The credential has no such status.' },
  },
};

function issuers(face: string): RouteDeclaration {
  return {
    method: 'GET',
    path: `${face}/issuers`,
    scope: face === '' ? 'credentials:issue' : 'public',
    summary: 'Which DID issues with which suite: what callers have to write as issuer.',
    replies: {
      200: { description: 'DIDs by cryptosuite.', schema: { type: 'object', additionalProperties: { type: 'string' } } },
      404: { description: 'Tests are not allowed here.' },
    },
  };
}

/** A route's name: what it does, on which face, with which suite. */
export const routeName = (act: string, face: string, suite?: string): string =>
  [act, face === '' ? 'own' : 'test', suite ?? 'usual'].join(':');

/** https://www.w3.org/TR/vcalm/ (VC-API); every face has the same routes. */
export const vcApiRoutes: RouteTable = {
  mount: '/vc-api',
  routes: Object.fromEntries([
    ['changeStatus', changeStatus],
    ...FACES.flatMap((face) => [
      ...[undefined, ...SUITES].map((suite) => [routeName('issue', face, suite), issue(face, suite)] as const),
      [routeName('derive', face), derive(face)],
      [routeName('verifyCredential', face), verify(face, 'credentials')],
      [routeName('verifyPresentation', face), verify(face, 'presentations')],
      [routeName('issuers', face), issuers(face)],
    ]),
  ]),
};
