export * from './contract.js';
export * from './hand-clock.js';
export * from './listening-log.js';
export * from './memory-state.js';
export * from './set-up-part.js';
export * from './start-house.js';
export * from './swap-suite.js';
