import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import type { Actor, PartContext, Registry, Routes } from '../../api/index.js';
import type { FieldCipher, KeyedHash, Storage } from '../../internal/index.js';
import { migrate } from '../../store/migrate.js';
import { databaseFile, handClock, listeningLog, openStore } from '../../store/store.fixture.js';
import { registryMigrations } from './migrations.js';
import { registryPart } from './registry-part.js';

export const clerk: Actor = { id: 'clerk', roles: [], scopes: ['registry:read', 'registry:write'] };
export const officer: Actor = { id: 'officer', roles: [], scopes: ['registry:read', 'registry:read-personal'] };

const key = Buffer.alloc(32, 7);
const keyedHash: KeyedHash = { hash: async (...parts) => createHmac('sha256', key).update(JSON.stringify(parts)).digest('base64url') };
const fieldCipher: FieldCipher = {
  async encrypt(text, place) {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(place));
    return Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64url');
  },
  async decrypt(token, place) {
    const bytes = Buffer.from(token, 'base64url');
    const cipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12)).setAAD(Buffer.from(place));
    cipher.setAuthTag(bytes.subarray(-16));
    return Buffer.concat([cipher.update(bytes.subarray(12, -16)), cipher.final()]).toString('utf8');
  },
};

export interface OpenRegistry {
  readonly registry: Registry;
  readonly routes: Routes;
  readonly storage: Storage;
  readonly clock: ReturnType<typeof handClock>;
  readonly lines: readonly object[];
}

/** The registry part as the kernel would set it up, on a real database of its own or on one that is shared. */
export async function openRegistry({ adopter = '/nowhere', file = databaseFile(), tenant = 'main' } = {}): Promise<OpenRegistry> {
  const clock = handClock();
  const store = await openStore({ file, tenant, clock });
  await migrate([{ owner: 'registry', steps: registryMigrations }], store.storage, clock);
  const { log, lines } = listeningLog();
  const context = { config: {}, instance: 'registry', profile: 'production', home: '/nowhere', adopter, tenant, clock, log } as PartContext;
  const part = await registryPart.setup(
    context as PartContext<never>,
    { storage: store.storage, audit: store.audit, keyedHash, fieldCipher } as never,
  );
  return { ...(part.ports as unknown as Pick<OpenRegistry, 'registry' | 'routes'>), storage: store.storage, clock, lines };
}

export const facility = (changes: object = {}) => ({
  code: 'DEL010',
  name: 'Final Destination',
  contact: '9809989981',
  category: 'GOVT',
  address: { street: 'No 23', district: 'Delhi', region: 'Delhi', postalCode: '100001' },
  administrator: { name: 'Suresh', mobile: '1111111111' },
  ...changes,
});
export const enrolment = (changes: object = {}) => ({
  identity: 'did:in.gov.driverlicense:CVGHGV1',
  programme: 'covid-19',
  phone: '9090909090',
  nationality: 'Indian',
  birthDate: '1935-06-22',
  gender: 'Male',
  name: 'Jai Thakur',
  address: { street: 'Ryfruin Ubiub', district: 'Chennai', region: 'Tamilnadu', postalCode: '600036' },
  facility: 'DEL010',
  ...changes,
});
