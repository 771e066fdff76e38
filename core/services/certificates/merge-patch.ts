export { applyMergePatch } from '../../api/index.js';
