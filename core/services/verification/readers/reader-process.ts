import { mediaKind } from './media-kind.js';

// A process of its own (see isolated-reader.ts): reads one picture or PDF, answers once and ends.
async function read(bytes: Uint8Array): Promise<unknown> {
  const kind = mediaKind(bytes);
  return kind === 'pdf' ? (await import('./pdf.js')).readPdf(bytes) : (await import('./picture.js')).readPicture(bytes, kind);
}

process.once('message', async (bytes) => {
  const answer = await read(bytes as Uint8Array).catch((error: Error) => ({ fault: error.stack }));
  process.send?.(answer, () => process.disconnect());
});
