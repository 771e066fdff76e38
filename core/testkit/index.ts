export * from './swap-suite.js';
