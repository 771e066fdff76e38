export * from './append-only.js';
export * from './edge.js';
export * from './health.js';
export * from './house-folder.js';
export * from './idempotency.js';
export * from './outbox.js';
export * from './signer.js';
export * from './storage.js';
