import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** PDFs on this machine's disk, each under the id of its job: whole or not there at all, and readable by the house alone. */
export interface Spool {
  write(id: string, pdf: Uint8Array): Promise<void>;
  /** Undefined when there is none. */
  read(id: string): Promise<Uint8Array | undefined>;
  remove(id: string): Promise<void>;
  /** Ids of files last written before `before`; what a crash has left half written is removed on the way. */
  olderThan(before: Date): Promise<string[]>;
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/** Makes the folder, where it is missing. */
export async function openSpool(folder: string): Promise<Spool> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const fileOf = (id: string): string => join(folder, `${id}.pdf`);
  return {
    async write(id, pdf) {
      const draft = join(folder, `${id}.${randomBytes(6).toString('hex')}.tmp`);
      try {
        const file = await open(draft, 'wx', 0o600);
        try {
          await file.writeFile(pdf);
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(draft, fileOf(id));
      } catch (error) {
        await rm(draft, { force: true }).catch(() => undefined);
        throw error;
      }
      // The name too has to survive a power cut.
      const directory = await open(folder, 'r');
      await directory.sync().finally(() => directory.close());
    },

    async read(id) {
      return readFile(fileOf(id)).catch((error: unknown) => {
        if (isMissing(error)) return undefined;
        throw error;
      });
    },

    remove: (id) => rm(fileOf(id), { force: true }),

    async olderThan(before) {
      const ids: string[] = [];
      for (const name of await readdir(folder)) {
        const [, id, isDraft] = /^([0-9a-f]{32})(?:\.pdf|\.[0-9a-f]{12}(\.tmp))$/.exec(name) ?? [];
        const found = id === undefined ? undefined : await stat(join(folder, name)).catch(() => undefined);
        if (id === undefined || !found || found.mtime >= before) continue;
        if (isDraft) await rm(join(folder, name), { force: true });
        else ids.push(id);
      }
      return ids;
    },
  };
}
