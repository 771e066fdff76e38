import {
  type Actor,
  type DocumentIssuer,
  type Documents,
  listOf,
  meetsRequest,
  type PresentationRequest,
  Refusal,
  type RouteHandler,
  type RouteReply,
  refusedVerdict,
  type Verdict,
  type Verification,
} from '@divoc/core/api';
import { FACES, routeName, SUITES } from './routes.js';

export interface VcApiConfig {
  /** Opens the routes under `/test` to everybody: they issue as a did:key, and believe every did:key. */
  readonly test: boolean;
  /** Whether the other routes believe issuers that are their own key. */
  readonly acceptDidKey: boolean;
  /** The status of the answer that something is not verified: 400 as W3C's runners want it, 200 as VCALM says. */
  readonly notVerifiedStatus: 200 | 400;
  /** Whether all that the house issues here has a place in its status lists, or only what is asked for with one. */
  readonly issueWithStatus: boolean;
}

export interface VcApiPorts {
  readonly documents: Documents;
  readonly verification: Verification;
}

/** What callers expect of proofs. */
interface ProofRequest extends PresentationRequest {
  readonly expectedProofPurpose?: string;
}

type Handlers = Readonly<Record<string, RouteHandler>>;

/** The handlers of every face. */
export function vcApiHandlers(config: VcApiConfig, ports: VcApiPorts): Handlers {
  return Object.assign(
    { changeStatus: statusChanger(ports.documents) },
    ...FACES.map((face) => (face === '' || config.test ? openFace(face, config, ports) : closedFace(face))),
  );
}

/** Who asks the test face has no name. */
const TESTER = 'vc-api-test';

function openFace(face: string, config: VcApiConfig, { documents, verification }: VcApiPorts): Handlers {
  const issuer: DocumentIssuer = face === '' ? 'house' : 'did:key';
  const options = { acceptDidKey: face !== '' || config.acceptDidKey };
  const issue =
    (suite: string): RouteHandler =>
    async ({ body, actor }) => {
      const { credential, options: asked } = body as { readonly credential: Readonly<Record<string, unknown>>; readonly options?: object };
      const withStatus = asksForStatus(asked) || (config.issueWithStatus && issuer === 'house');
      const mandatoryPointers = pointersIn(asked, 'mandatoryPointers');
      const request = { credential, issuer, suite, owner: ownerOf(actor), withStatus, ...(mandatoryPointers && { mandatoryPointers }) };
      return unkept(201, { verifiableCredential: await documents.issue(request) });
    };
  return {
    ...Object.fromEntries([undefined, ...SUITES].map((suite) => [routeName('issue', face, suite), issue(suite ?? SUITES[0])])),
    async [routeName('derive', face)]({ body }) {
      const { verifiableCredential, options: asked } = body as { readonly verifiableCredential: object; readonly options?: object };
      const pointers = pointersIn(asked, 'selectivePointers') ?? [];
      return unkept(201, { verifiableCredential: await documents.disclose(verifiableCredential, pointers) });
    },
    async [routeName('verifyCredential', face)]({ body }) {
      const { verifiableCredential, options: asked } = body as { readonly verifiableCredential: object; readonly options?: object };
      const request = requestOf(asked);
      const verdict = await verification.verify(verifiableCredential, options);
      const isMet = verdict.status !== 'VERIFIED' || isMadeFor(verifiableCredential, 'assertionMethod', request);
      return answer(config, [isMet ? verdict : refusedVerdict('REQUEST_NOT_MET')]);
    },
    async [routeName('verifyPresentation', face)]({ body }) {
      const { verifiablePresentation, options: asked } = body as { readonly verifiablePresentation: object; readonly options?: object };
      const request = requestOf(asked);
      const { presentation, credentials } = await verification.verifyPresentation(verifiablePresentation, request, options);
      const isMet = presentation.status !== 'VERIFIED' || isMadeFor(verifiablePresentation, 'authentication', request);
      return answer(config, [isMet ? presentation : refusedVerdict('REQUEST_NOT_MET'), ...credentials]);
    },
    async [routeName('issuers', face)]() {
      const dids = await Promise.all(SUITES.map(async (suite) => [suite, await documents.issuer(issuer, suite)] as const));
      return { status: 200, body: Object.fromEntries(dids.filter(([, did]) => did !== undefined)) };
    },
  };
}

function statusChanger(documents: Documents): RouteHandler {
  return async ({ body, actor }) => {
    const { credentialId, credentialStatus, status } = body as StatusRequest;
    const { statusPurpose: purpose, statusListCredential: list, statusListIndex: index } = credentialStatus;
    const named = { ...(list !== undefined && { list }), ...(index !== undefined && { index }) };
    await documents.changeStatus({ credentialId, purpose, status, ...named, actor: ownerOf(actor) });
    return unkept(200, { status });
  };
}

/** As the route's schema has it. */
interface StatusRequest {
  readonly credentialId: string;
  readonly credentialStatus: {
    readonly statusPurpose: 'revocation' | 'suspension';
    readonly statusListCredential?: string;
    readonly statusListIndex?: string;
  };
  readonly status: boolean;
}

/** `options.credentialStatus: { type }`: a way of telling the status that is not had here is refused, rather than left out. */
function asksForStatus(options: object = {}): boolean {
  const { credentialStatus } = options as { readonly credentialStatus?: unknown };
  if (credentialStatus === undefined) return false;
  if ((credentialStatus as { readonly type?: unknown } | null)?.type === 'BitstringStatusListEntry') return true;
  const detail = "must be { type: 'BitstringStatusListEntry' }";
  const fault = { pointer: '/options/credentialStatus', code: 'STATUS_UNAVAILABLE', detail };
  throw new Refusal(422, 'STATUS_UNAVAILABLE', 'There is no such kind of status here.', { errors: [fault] });
}

/** JSON Pointers among the options. Throws a Refusal (400) for what is no list of texts. */
function pointersIn(options: object = {}, name: 'mandatoryPointers' | 'selectivePointers'): readonly string[] | undefined {
  const pointers = (options as Readonly<Record<string, unknown>>)[name];
  if (pointers === undefined) return undefined;
  if (Array.isArray(pointers) && pointers.length <= 256 && pointers.every((pointer) => typeof pointer === 'string')) return pointers;
  const fault = { pointer: `/options/${name}`, code: 'POINTERS_MALFORMED', detail: 'must be a list of JSON Pointers' };
  throw new Refusal(400, 'POINTERS_MALFORMED', 'The options hold no list of JSON Pointers.', { errors: [fault] });
}

function closedFace(face: string): Handlers {
  const closed: RouteHandler = async () => {
    throw new Refusal(404, 'TESTS_NOT_ALLOWED', "The routes for tests are closed; 'test: true' opens them, outside production.");
  };
  const acts = [undefined, ...SUITES].map((suite) => routeName('issue', face, suite));
  const names = [...acts, ...['derive', 'verifyCredential', 'verifyPresentation', 'issuers'].map((act) => routeName(act, face))];
  return Object.fromEntries(names.map((name) => [name, closed]));
}

const ownerOf = (actor: Actor | null): string => actor?.id ?? TESTER;

/** What the proof has to be made for. A caller that asks for something that is no text would otherwise get a yes to nothing. */
function requestOf(options: object = {}): ProofRequest {
  const { domain, challenge, expectedProofPurpose } = options as Readonly<Record<string, unknown>>;
  const texts = { ...(!isTexts(domain) && { domain }), challenge, expectedProofPurpose };
  for (const [name, value] of Object.entries(texts)) {
    if (value === undefined || typeof value === 'string') continue;
    const detail = name === 'domain' ? 'must be a string, or an array of strings' : 'must be a string';
    const fault = { pointer: `/options/${name}`, code: 'BODY_INVALID', detail };
    throw new Refusal(400, 'BODY_INVALID', 'The body does not fit its schema.', { errors: [fault] });
  }
  return Object.fromEntries(Object.entries({ domain, challenge, expectedProofPurpose }).filter(([, value]) => value !== undefined));
}

const isTexts = (value: unknown): boolean => Array.isArray(value) && value.length > 0 && value.every((text) => typeof text === 'string');

/** Steps 3 to 5 of https://www.w3.org/TR/vc-data-integrity/#verify-proof, of a document whose proofs hold for this purpose. */
function isMadeFor(document: object, purpose: string, { expectedProofPurpose = purpose, ...request }: ProofRequest): boolean {
  const proofs = listOf((document as { readonly proof?: unknown }).proof);
  return expectedProofPurpose === purpose && meetsRequest(proofs as readonly object[], request);
}

/** Reasons and no claims: the caller has what was verified. */
function answer({ notVerifiedStatus }: VcApiConfig, verdicts: readonly Verdict[]): RouteReply {
  const verified = verdicts.every(({ status }) => status === 'VERIFIED');
  const problemDetails = verdicts.flatMap(({ reasons }) =>
    reasons.map(({ code, text }) => ({ type: `urn:divoc:problem:${code.toLowerCase().replaceAll('_', '-')}`, title: code, detail: text })),
  );
  return unkept(verified ? 200 : notVerifiedStatus, { verified, ...(problemDetails.length > 0 && { problemDetails }) });
}

const unkept = (status: number, body: object): RouteReply => ({ status, body, headers: { 'cache-control': 'no-store' } });
