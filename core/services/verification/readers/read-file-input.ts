import type { FileInput } from './file-input.js';
import { readIsolated } from './isolated-reader.js';
import { mediaKind } from './media-kind.js';

export const MAX_FILE = 16 * 1024 * 1024;

/** Finds the input in a file of any kind that certificates come in. Never throws for a bad file. */
export async function readFileInput(bytes: Uint8Array): Promise<FileInput> {
  if (bytes.length > MAX_FILE) return { failure: 'FILE_TOO_LARGE' };
  return mediaKind(bytes) === 'content' ? { input: bytes } : readIsolated(bytes);
}
