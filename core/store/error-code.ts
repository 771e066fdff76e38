export { errorCode } from '../internal/error-code.js';
