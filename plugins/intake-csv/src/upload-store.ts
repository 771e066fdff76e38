import { createHash } from 'node:crypto';
import type { State } from '@divoc/core/api';
import type { FieldCipher } from '@divoc/core/internal';
import type { Page, Upload } from './upload.js';

/** Small enough for a row of the database, large enough that few are needed. */
const PIECE_BYTES = 192 * 1024;
const PAGES_AT_ONCE = 20;

export interface Versioned {
  readonly upload: Upload;
  readonly version: number;
}

/** Uploads, their files while they wait, and their reports, in the state of this plugin. */
export class UploadStore {
  readonly #state: State;
  readonly #cipher: FieldCipher;
  constructor(state: State, cipher: FieldCipher) {
    this.#state = state;
    this.#cipher = cipher;
  }

  async get(id: string): Promise<Versioned | undefined> {
    const entry = await this.#state.get(`upload/${id}`);
    return entry && { upload: entry.value as Upload, version: entry.version };
  }

  /** Undefined when somebody else has changed it. */
  async put(upload: Upload, ifVersion: number): Promise<Versioned | undefined> {
    return (await this.#state.put(`upload/${upload.id}`, upload, ifVersion)) ? { upload, version: ifVersion + 1 } : undefined;
  }

  async remove(id: string): Promise<void> {
    await this.removeFile(id);
    await this.#state.delete(`upload/${id}`);
  }

  /** Keeps the file in pieces, encrypted: it holds what the registry would not let stand readable. Pieces that are there stay. */
  async keepFile(id: string, bytes: Uint8Array): Promise<void> {
    for (let at = 0, i = 0; at < bytes.length; at += PIECE_BYTES, i += 1) {
      const key = pieceKey(id, i);
      if (await this.#state.get(key)) continue;
      const text = Buffer.from(bytes.subarray(at, at + PIECE_BYTES)).toString('base64');
      await this.#state.put(key, await this.#cipher.encrypt(text, key), 0);
    }
  }

  /** The file from a byte on, piece by piece. Throws an Error when a piece is not there. */
  async *file(id: string, offset: number, size: number): AsyncGenerator<Uint8Array> {
    for (let i = Math.floor(offset / PIECE_BYTES); i * PIECE_BYTES < size; i += 1) {
      const key = pieceKey(id, i);
      const entry = await this.#state.get(key);
      if (!entry) throw Object.assign(new Error('a piece of an uploaded file is gone'), { code: 'UPLOAD_PIECE_GONE' });
      const piece = Buffer.from(await this.#cipher.decrypt(String(entry.value), key), 'base64');
      yield piece.subarray(Math.max(0, offset - i * PIECE_BYTES));
    }
  }

  async removeFile(id: string): Promise<void> {
    for (;;) {
      const pieces = await this.#state.list(`piece/${id}/`);
      if (pieces.length === 0) return;
      for (const { key } of pieces) await this.#state.delete(key);
    }
  }

  async page(id: string, number: number): Promise<{ readonly page: Page; readonly version: number } | undefined> {
    const entry = await this.#state.get(pageKey(id, number));
    return entry && { page: entry.value as Page, version: entry.version };
  }

  /** False when somebody else has written it meanwhile. */
  async putPage(id: string, number: number, page: Page, ifVersion: number): Promise<boolean> {
    return this.#state.put(pageKey(id, number), page, ifVersion);
  }

  /** The pages from `number` on, in their order. */
  async *pages(id: string, number: number): AsyncGenerator<Page> {
    let after = number === 0 ? undefined : pageKey(id, number - 1);
    for (;;) {
      const entries = await this.#state.list(`page/${id}/`, { limit: PAGES_AT_ONCE, ...(after !== undefined && { after }) });
      for (const { value } of entries) yield value as Page;
      after = entries.at(-1)?.key;
      if (entries.length < PAGES_AT_ONCE) return;
    }
  }

  /** Puts an upload into its sender's history, once. */
  async note({ id, actor, receivedAt }: Upload): Promise<void> {
    await this.#state.put(`history/${ownerKey(actor.id)}/${receivedAt}/${id}`, id, 0);
  }

  /** Ids of a sender's uploads, oldest first, and where the next ones begin. */
  async history(owner: string, after: string | undefined, limit: number): Promise<{ readonly ids: string[]; readonly next?: string }> {
    const prefix = `history/${ownerKey(owner)}/`;
    const entries = await this.#state.list(prefix, { limit: limit + 1, ...(after !== undefined && { after: prefix + after }) });
    const shown = entries.slice(0, limit);
    const last = shown.at(-1);
    return { ids: shown.map(({ value }) => String(value)), ...(entries.length > limit && last && { next: last.key.slice(prefix.length) }) };
  }
}

const pieceKey = (id: string, number: number): string => `piece/${id}/${String(number).padStart(6, '0')}`;
const pageKey = (id: string, number: number): string => `page/${id}/${String(number).padStart(6, '0')}`;
/** Hashed, since an actor's id may hold what a state key cannot. */
const ownerKey = (owner: string): string => createHash('sha256').update(owner).digest('base64url');
