import type { Challenge, Identity, Part, RouteReply, Routes } from '@divoc/core/api';
import {
  contractStart,
  contractUse,
  type HandClock,
  handClock,
  type LogLine,
  listeningLog,
  type MemoryState,
  memoryState,
  setUpPart,
} from '@divoc/core/testkit';
import plugin from '../plugin.js';
import { newKey, type ProviderOptions, type RunningProvider, startProvider, type Visit } from './provider.js';

export const REDIRECT = 'http://127.0.0.1:1/x/national-id/callback';
export const clientKey = newKey('PS256', 'house-1');

/** A house's plugin beside a running provider, with its memory, its log and its clock. */
export interface Scene {
  readonly identity: Required<Identity>;
  readonly part: Part;
  readonly state: MemoryState;
  readonly clock: HandClock;
  readonly lines: readonly LogLine[];
  begin(changes?: Partial<typeof contractStart>): Promise<Challenge>;
  /** The person's whole way: to the provider, through its pages, and back to the house. */
  meet(challenge: Challenge, visit?: Partial<Visit>): Promise<RouteReply>;
  /** The house is asked for its callback, with these parameters. */
  comeBack(answer: URL | Readonly<Record<string, string>>): Promise<RouteReply>;
  identify(challenge: Challenge, changes?: Partial<typeof contractUse>): ReturnType<Identity['identify']>;
  /** The same in another process. */
  restart(): Promise<Scene>;
}

export interface SceneOptions {
  readonly provider: RunningProvider;
  readonly config?: object;
  readonly state?: MemoryState;
  readonly clock?: HandClock;
}

export const runStandard = (settings?: object) => startProvider({ redirectUri: REDIRECT, ...(settings && { settings }) });
export const runEsignet = (options: Partial<ProviderOptions> = {}) =>
  startProvider({ redirectUri: REDIRECT, esignet: { clientKey }, ...options });

export const esignet = { profile: 'esignet', privateKey: JSON.stringify(clientKey), keyId: 'house-1', clientSecret: undefined };

export async function setScene(options: SceneOptions): Promise<Scene> {
  const { provider, config = {}, state = memoryState(), clock = handClock(new Date().toISOString()) } = options;
  const { lines, log } = listeningLog();
  const { issuer, clientId, clientSecret } = provider;
  const part = await setUpPart(plugin, {
    config: JSON.parse(JSON.stringify({ issuer, clientId, clientSecret, redirectUri: REDIRECT, timeoutSeconds: 1, ...config })),
    uses: { state },
    instance: 'national-id',
    profile: 'development',
    clock,
    log,
  });
  const identity = part.ports.identity as Required<Identity>;
  const { callback } = (part.ports.routes as Routes).handlers;
  const scene: Scene = {
    identity,
    part,
    state,
    clock,
    lines,
    begin: (changes = {}) => identity.start({ ...contractStart, ...changes }),
    async meet({ url }, visit = {}) {
      return scene.comeBack(await provider.visit(url, { person: 'asha', ...visit }));
    },
    async comeBack(answer) {
      const query = answer instanceof URL ? Object.fromEntries(answer.searchParams) : answer;
      return callback!({ params: {}, query, body: undefined, headers: {}, actor: null });
    },
    identify: ({ id }, changes = {}) => identity.identify({ challenge: id }, { ...contractUse, ...changes }),
    restart: () => setScene({ ...options, state, clock }),
  };
  return scene;
}

export const faultOf = (work: Promise<unknown>): Promise<string | undefined> =>
  work.then(
    () => 'answered',
    (error: { errors?: { code: string }[] }) => error.errors?.[0]?.code,
  );
