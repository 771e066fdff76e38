import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { verifyAudit } from '../../store/audit-check.js';
import { migrate } from '../../store/migrate.js';
import { databaseFile, openStore } from '../../store/store.fixture.js';
import { clock } from './delivery.fixture.js';
import { deliveryMigrations } from './migrations.js';

const script = fileURLToPath(new URL('crash.fixture.mjs', import.meta.url));
const run = (file: string, stage = 'none') => spawnSync(process.execPath, [script, file, stage], { encoding: 'utf8', timeout: 30_000 });

describe('a process killed with SIGKILL (from the built files)', () => {
  it.each([
    'job.adding',
    'delivery.requesting',
    'delivery.requested',
    'job.claimed',
    'delivery.trying',
    'delivery.tried',
    'delivery.recording',
    'delivery.recorded',
    'job.finishing',
  ])('at %s loses no delivery and asks its channel once more at most', async (stage) => {
    const file = databaseFile();
    const { storage } = await openStore({ file, clock });
    await migrate([{ owner: 'delivery', steps: deliveryMigrations }], storage, clock);
    expect(run(file, stage).signal).toBe('SIGKILL');
    const { stdout, stderr } = run(file);
    expect([stdout, stderr]).toEqual(['done\n', '']);

    expect(await storage.knex('delivery')).toMatchObject([{ state: 'accepted', recipient: null }]);
    expect(await storage.knex('audit_entry').orderBy('seq').pluck('action')).toEqual(['delivery.requested', 'delivery.accepted']);
    expect(await verifyAudit(storage.knex, 'main')).toMatchObject({ checked: 2 });
    // A channel that has answered is asked again when the answer was not kept: then its own promise counts.
    const sent = existsSync(`${file}.sent`) ? readFileSync(`${file}.sent`, 'utf8') : '';
    const once = 'k:email a@example.org\n';
    expect(sent).toBe(['delivery.tried', 'delivery.recording'].includes(stage) ? once.repeat(2) : once);
  });
});
