import { type Actor, type Challenge, type ChallengeStatus, type Identity, Refusal } from '../../api/index.js';
import { chooseIdentity, chooseProgramme, type ProgrammeConfig } from './programmes.js';

export interface ChallengeAsked {
  readonly programme?: string;
  readonly provider?: string;
}

/** Challenges of the providers that need one: begun at the desk, met by the person elsewhere, used by a recording. */
export interface Challenges {
  /** Throws a Refusal (422): unknown programme or provider, or one that needs no challenge. */
  start(asked: ChallengeAsked, actor: Actor): Promise<Challenge & { readonly provider: string }>;
  /** Throws a Refusal (404) for one that is unknown, expired or another actor's. */
  look(provider: string, id: string, actor: Actor): Promise<ChallengeStatus>;
}

export function challengesOf(
  programmes: Readonly<Record<string, ProgrammeConfig>>,
  identities: Readonly<Record<string, Identity>>,
): Challenges {
  return {
    async start(asked, actor) {
      const programme = chooseProgramme(programmes, asked.programme);
      const { name, provider } = chooseIdentity(programme, identities, asked.provider);
      if (!provider.start) {
        const detail = `${name} needs no challenge: send what it takes as identity.input when you record the dose.`;
        throw new Refusal(422, 'CHALLENGE_NOT_NEEDED', detail);
      }
      const claims = Object.keys(programme.claims ?? {});
      return { ...(await provider.start({ programme: programme.name, claims, actor: actor.id })), provider: name };
    },
    async look(name, id, actor) {
      const provider = Object.hasOwn(identities, name) ? identities[name] : undefined;
      const found = await provider?.look?.(id, actor.id);
      if (found) return found;
      throw new Refusal(404, 'CHALLENGE_UNKNOWN', 'There is no such challenge, or it has expired, or it is not yours. Begin a new one.');
    },
  };
}
