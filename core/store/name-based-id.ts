import { v5 as uuidv5 } from 'uuid';

/** Ours alone: a random UUID, drawn once. */
const NAMESPACE = 'd1b4f3de-6a0b-4c5e-9d1c-6a3f6d2b7c11';

/** UUIDv5 (RFC 9562): the same names give the same id, and others another one. */
export const nameBasedId = (...names: readonly string[]): string => uuidv5(JSON.stringify(names), NAMESPACE);
