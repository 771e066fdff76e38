import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { proveCertificate } from '../../services/transparency/own-log.js';
import { type Command, UsageError } from '../command.js';
import { adopterOf, planAdopter, reportingProblems } from '../deployment.js';
import { withTable } from './db-migrate.js';

const UUID = /^(?:urn:uuid:)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;

export const logProve: Command = {
  name: 'log prove',
  summary: 'proves what the transparency log says of a certificate',
  help: `
Usage: divoc log prove [ADOPTER] --certificate ID [--out FOLDER] [--json]

Makes a proof for each entry that the log has of the certificate: that it was issued, and that it was revoked or superseded.
A proof needs nothing else to be verified but the log's key (divoc log verify). It opens what the entry commits to, so give
it to whoever holds the certificate, and to no one else.

  --certificate ID  its id, as in the credential
  --out FOLDER      writes each proof to FOLDER/INDEX.tlog-proof (c2sp.org/tlog-proof)

Prints a line of JSON for each, with or without --json: { "index", "type", "time", "proof" }. May run beside divoc serve.
Exits 0 when there is a proof, 1 when the log has no entry of the certificate under its newest checkpoint.`,
  options: { certificate: { type: 'string' }, out: { type: 'string' } },
  run: (input) =>
    reportingProblems(input, async () => {
      const { terminal, flags, env } = input;
      const id = UUID.exec(String(flags.certificate ?? ''))?.[1]?.toLowerCase();
      if (id === undefined) throw new UsageError('--certificate needs the id of a certificate, a UUID.');
      const plan = await planAdopter(adopterOf(input), env);
      const { tenant } = plan.manifest;
      const table = { table: 'log_entry', without: 'there is no transparency log' };
      const proofs = await withTable(plan, env, table, ({ knex }) => proveCertificate(knex, tenant, id));
      if (typeof flags.out === 'string') {
        await mkdir(flags.out, { recursive: true });
        for (const { index, proof } of proofs) await writeFile(join(flags.out, `${index}.tlog-proof`), proof, { mode: 0o600 });
      }
      for (const proof of proofs) terminal.out(JSON.stringify(proof));
      if (proofs.length === 0) terminal.err(`The log has no entry of this certificate yet (tenant ${tenant}).`);
      return proofs.length === 0 ? 1 : 0;
    }),
};
