/**
 * The verifier as a library: from the text of a QR code, or a credential, to a verdict. It needs no Node.js, no network and no
 * kernel, and runs in a browser with the readers of whichever formats it is given.
 */
export type { FormatReader, Verdict } from '../api/ports/credential-format.js';
export { languageFor, REASON_LANGUAGES, type ReasonLanguages, verdictIn } from './messages/languages.js';
export type { ReasonCode, ReasonTexts } from './messages/reason-texts.js';
export { type BundleTrust, loadTrustBundles } from './trust.js';
export { isTrustBundleError, TrustBundleError, type TrustFault } from './trust-bundle-error.js';
export type { PinnedTrust, SeenBundles, TrustPins } from './trust-pins.js';
export { type Formats, verifyInput } from './verify.js';
export { verifyPresentation } from './verify-presentation.js';
