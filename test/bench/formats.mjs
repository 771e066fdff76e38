// What the table measures: every credential format, with the certificates of many people.

import { jwkThumbprint } from '../../core/dist/api/index.js';
import { credentialFixture, SUBJECT } from '../../core/dist/testkit/credential-fixture.js';
import { documentSigner } from '../../core/dist/testkit/document-signers.js';
import { setUpPart } from '../../core/dist/testkit/set-up-part.js';
import * as peers from './format-peers.mjs';
import * as sealing from './sealing.mjs';

const AT = new Date('2026-11-25T07:00:00Z');
const YELLOW_FEVER = 'YellowFeverProductd2c75a15ed309658b3968519ddb31690';
const health = { country: 'XA', issuer: 'Ministry of Health', timeZone: 'Asia/Colombo' };

const formatOf = async (name, config = {}) => {
  const { default: plugin } = await import(`../../plugins/credential-${name}/dist/plugin.js`);
  return (await setUpPart(plugin, { config })).ports.format;
};

/** A format with the testkit's record and key. Each call of `issue` is for another person. */
function measured(name, format, { certified = false, kid, subject = SUBJECT, peer } = {}) {
  const fixture = credentialFixture({ certified, ...(kid && { kid }), subject });
  const trust = fixture.trust();
  let number = 0;
  const newIntent = () => {
    number += 1;
    const id = `urn:uuid:01936b1e-6a00-7000-8000-${number.toString(16).padStart(12, '0')}`;
    return { ...fixture.intent, id, subject: { ...subject, patient: { ...subject.patient, name: `Asha Perera ${letters(number)}` } } };
  };
  const issue = () => format.seal(newIntent(), fixture.sign);
  const open = (credential) => format.open(credential, trust, AT);
  return { name, form: format.qrForms[0], algorithm: certified ? 'ES256' : 'Ed25519', issue, open, peer, newIntent };
}

/** Names have no digits. */
const letters = (number) => [...String(number)].map((digit) => 'abcdefghij'[digit]).join('');

/** In the order of the table. */
export async function formats() {
  const shcKid = jwkThumbprint(documentSigner().jwk);
  const code = { CoVax: { system: 'http://hl7.org/fhir/sid/cvx', code: '210', covid19: true } };
  const dose = { ...SUBJECT, patient: { ...SUBJECT.patient, nationality: 'LKA' }, performer: { name: 'Dr A. Silva' } };
  const hcert = (kind, vaccines) => formatOf('hcert', { ...health, kind, vaccines });
  const covishield = { ...dose, vaccineName: 'Covishield' };
  const selective = await formatOf('ldp', { cryptosuite: 'ecdsa-sd-2023' });
  const stamaril = { ...dose, vaccineName: 'Stamaril' };
  return [
    {
      ...measured('VC 2.0, eddsa-rdfc-2022', sealing.format, { peer: peers.digitalbazaar }),
      issue: () => sealing.seal(),
      open: (credential) => sealing.format.open(credential, sealing.trust, AT),
    },
    measured('VC 2.0, eddsa-jcs-2022', await formatOf('jcs'), { peer: peers.joseVc }),
    {
      ...measured('VC 2.0, ecdsa-sd-2023', selective, { certified: true, peer: peers.digitalbazaarSd }),
      show: (credential) => selective.disclose(credential, peers.SHOWN, credentialFixture().trust()),
    },
    measured('VC 2.0 as vc+jwt', await formatOf('jose'), { peer: peers.joseVc }),
    measured('SD-JWT VC', await formatOf('sd-jwt'), { certified: true, peer: peers.sdJwt }),
    measured('EU DCC', await hcert('eu-dcc', {}), { certified: true, subject: covishield, peer: peers.auth0Cose }),
    measured('Digital ICVP', await hcert('icvp', { Stamaril: { product: YELLOW_FEVER } }), {
      certified: true,
      subject: stamaril,
      peer: peers.auth0Cose,
    }),
    measured('SMART Health Card', await formatOf('shc', { vaccines: code, timeZone: 'Asia/Kolkata' }), {
      certified: true,
      kid: shcKid,
      peer: peers.joseCard,
    }),
    measured(
      'VDS-NC',
      await formatOf('vds-nc', { country: 'UTO', vaccines: { CoVax: { vaccine: 'XM68M6', disease: 'RA01.0' } }, timeZone: 'UTC' }),
      {
        certified: true,
      },
    ),
    measured('DIVOC 1 to 3', await formatOf('divoc', { context: 'https://divoc.dev/credentials/vaccination/v2' })),
  ];
}
