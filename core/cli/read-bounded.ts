import { createReadStream } from 'node:fs';

/** The bytes of a file, or of standard input when it is called `-`: at most one more than `limit`, then reading ends. */
export async function readBounded(file: string, limit: number): Promise<Uint8Array> {
  const stream = file === '-' ? process.stdin : createReadStream(file, { end: limit });
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > limit) break;
  }
  return Buffer.concat(chunks).subarray(0, limit + 1);
}
