import type { CheckContext, Finding } from '@divoc/core/api';
import { keyMistake } from './client-key.js';
import { type Config, settingsOf } from './settings.js';

/** What no schema can know to be wrong. */
export function mistakesOf({ config, instance, profile }: Pick<CheckContext<Config>, 'config' | 'instance' | 'profile'>): Finding[] {
  const settings = settingsOf(config);
  const found: Finding[] = [];
  const wrong = (pointer: string, code: string, message: string) => found.push({ pointer, code, message });

  for (const name of ['issuer', 'redirectUri'] as const) {
    if (!URL.canParse(settings[name])) wrong(`/${name}`, 'URL_INVALID', `${name} is not a URL`);
    else if (profile !== 'development' && !settings[name].startsWith('https:'))
      wrong(`/${name}`, 'URL_INSECURE', `${name} must be https; http is for this machine, in the profile development`);
  }
  const tail = `/x/${instance}/callback`;
  if (!settings.redirectUri.endsWith(tail))
    wrong('/redirectUri', 'REDIRECT_ELSEWHERE', `redirectUri must end with ${tail}, which is where this instance takes answers`);
  if (settings.profile === 'keycloak' && !/\/realms\/[^/]+$/.test(settings.issuer))
    wrong('/issuer', 'ISSUER_NO_REALM', 'a Keycloak issuer ends with /realms/<realm>, without a slash after it');

  if (settings.clientAuth === 'private_key_jwt') {
    const mistake = settings.privateKey === undefined ? undefined : keyMistake(settings.privateKey, settings.assertionAlgorithm);
    if (settings.privateKey === undefined)
      wrong('', 'CLIENT_KEY_MISSING', 'private_key_jwt needs a privateKey: { $secret: NAME }, in PEM or as a JWK');
    else if (mistake !== undefined) wrong('/privateKey', 'CLIENT_KEY_UNREADABLE', `privateKey ${mistake}`);
  } else if (settings.clientAuth !== 'none' && settings.clientSecret === undefined) {
    wrong('', 'CLIENT_SECRET_MISSING', `${settings.clientAuth} needs a clientSecret: { $secret: NAME }`);
  }

  const acrs = settings.levels.flatMap(({ acr }) => acr ?? []);
  if (settings.minimumAcr !== undefined && !acrs.includes(settings.minimumAcr))
    wrong('/minimumAcr', 'ACR_UNKNOWN', `no level has the acr '${settings.minimumAcr}'; known here: ${acrs.join(', ') || 'none'}`);
  settings.requiredClaims.forEach((name, place) => {
    if (!Object.hasOwn(settings.claims, name)) {
      const known = Object.keys(settings.claims).join(', ');
      wrong(`/requiredClaims/${place}`, 'CLAIM_UNKNOWN', `there is no claim '${name}'; known here: ${known}`);
    }
  });
  return found;
}
