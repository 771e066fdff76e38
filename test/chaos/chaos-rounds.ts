import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Client, client, dose } from '../journeys/requests.js';
import { databaseOf, divoc, newHome, root, startHouse, tokenFor } from '../journeys/running-house.js';

/** Every point between two stages of the main job; a test compares them with what the program logs. */
export const STAGES = [
  'vaccination.checked',
  'job.adding',
  'vaccination.recording',
  'vaccination.recorded',
  'job.claimed',
  'certificate.intending',
  'certificate.intended',
  'certificate.sealed',
  'certificate.storing',
  'certificate.stored',
  'delivery.requesting',
  'delivery.requested',
  'vaccination.delivered',
  'vaccination.linking',
  'vaccination.linked',
  'job.finishing',
  'job.done',
] as const;

const preload = fileURLToPath(new URL('kill-at.mjs', import.meta.url));

/** The demo adopter, with leases so short that a killed process's work is taken over at once. */
export function impatientAdopter(): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'divoc-chaos-')), 'demo');
  cpSync(join(root, 'adopters', 'demo'), folder, { recursive: true });
  const file = join(folder, 'adopter.yaml');
  writeFileSync(file, `${readFileSync(file, 'utf8')}  dispatcher: { with: { leaseSeconds: 2 } }\n`);
  return folder;
}

export class Chaos {
  readonly adopter = impatientAdopter();
  readonly home = newHome();
  /** Codes of people whose first dose was posted. */
  readonly posted = new Set<string>();
  /** Their certificates' ids, where an answer came. */
  readonly #answered = new Map<string, string>();
  kills = 0;
  #token: string | undefined;

  /** Starts the house, posts doses until the stage is reached and the process is dead. */
  async round(stage: string, after: number): Promise<void> {
    const house = await startHouse({
      adopter: this.adopter,
      home: this.home,
      isMigrated: this.kills > 0,
      node: ['--import', preload],
      env: { LOG_LEVEL: 'debug', DIVOC_KILL_AT: stage, DIVOC_KILL_AFTER: String(after) },
    }).catch((error: Error) => {
      // Work left over from the round before may reach the stage while the house still starts.
      if (/ended with SIGKILL/.test(error.message)) return undefined;
      throw error;
    });
    if (house) {
      const nurse = client(house.address, this.token());
      let alive = true;
      house.ended.then(() => {
        alive = false;
      });
      for (let i = 0; alive && i < 50; i += 1) {
        const codes = [0, 1, 2].map((n) => `C-${this.kills}-${i}-${n}`);
        for (const code of codes) this.posted.add(code);
        // Some of them are sent twice at once, as an impatient client would.
        await Promise.allSettled([...codes, codes[0] as string].map((code) => this.#post(nurse, code)));
      }
      const how = await house.ended;
      if (how !== 'SIGKILL') throw new Error(`${stage} was never reached; the house ended with ${how}`);
    }
    this.kills += 1;
  }

  /** Starts the house undisturbed, lets it finish, sends every dose again, and counts what is there. */
  async settle(): Promise<Counts> {
    const house = await startHouse({ adopter: this.adopter, home: this.home, isMigrated: true });
    try {
      const before = await this.#count({ untilDone: true });
      const nurse = client(house.address, this.token());
      for (const code of this.posted) {
        const [before, now] = [this.#answered.get(code), await this.#post(nurse, code)];
        // Whoever has been given a certificate's id finds that certificate, whatever happened since.
        if (before !== undefined && before !== now) throw new Error(`${code} was promised another certificate before`);
      }
      const after = await this.#count({ untilDone: true });
      return { ...after, recordsBeforeRetry: before.records };
    } finally {
      await house.stop();
    }
  }

  /** Posts the first dose of somebody, and keeps the certificate's id that is answered. Rejects for any other answer. */
  async #post(nurse: Client, code: string): Promise<string> {
    const reply = await nurse('POST', '/v1/vaccinations', { body: dose(code) });
    const text = await reply.text();
    if (reply.status > 202) throw new Error(`${code} was answered ${reply.status}: ${text}`);
    const { certificateId } = JSON.parse(text) as { certificateId: string };
    this.#answered.set(code, certificateId);
    return certificateId;
  }

  /** `divoc audit verify` of what is left. */
  audit = () => divoc(['audit', 'verify', this.adopter], { home: this.home });

  private token(): string {
    this.#token ??= tokenFor(this.home, 'nurse', 'facility-staff', { adopter: this.adopter });
    return this.#token;
  }

  async #count({ untilDone }: { untilDone: boolean }): Promise<Omit<Counts, 'recordsBeforeRetry'>> {
    const db = databaseOf(this.home);
    const one = async (sql: string): Promise<number> => {
      const answer = await db.raw(sql);
      return Number(Object.values((answer.rows ?? answer)[0])[0]);
    };
    try {
      for (let i = 0; untilDone && i < 300; i += 1) {
        if ((await one("select count(*) from outbox_job where state <> 'done'")) === 0) break;
        await new Promise((later) => setTimeout(later, 100));
      }
      return {
        records: await one('select count(*) from vaccination'),
        people: await one('select count(distinct person_key) from vaccination'),
        intents: await one('select count(*) from certificate_intent'),
        certificates: await one('select count(*) from certificate'),
        recordsWithoutCertificate: await one(
          'select count(*) from vaccination v left join certificate c on c.id = v.certificate_id where c.id is null or v.links is null',
        ),
        certificatesWithoutRecord: await one(
          'select count(*) from certificate c left join vaccination v on v.certificate_id = c.id where v.id is null',
        ),
        jobsNotDone: await one("select count(*) from outbox_job where state <> 'done'"),
        places: await one('select count(*) from status_place'),
        placesWithoutIntent: await one(
          'select count(*) from status_place p left join certificate_intent i on i.id = p.id where i.id is null',
        ),
        placesTwice: await one(
          'select count(*) from (select list, place from status_place group by list, place having count(*) > 1) as twice',
        ),
        issuedTwice: await one(
          "select count(*) from (select subject from audit_entry where action = 'certificate.issued' group by subject having count(*) > 1) as twice",
        ),
      };
    } finally {
      await db.destroy();
    }
  }
}

export interface Counts {
  readonly records: number;
  readonly recordsBeforeRetry: number;
  readonly people: number;
  readonly intents: number;
  readonly certificates: number;
  readonly recordsWithoutCertificate: number;
  readonly certificatesWithoutRecord: number;
  readonly jobsNotDone: number;
  readonly places: number;
  readonly placesWithoutIntent: number;
  readonly placesTwice: number;
  readonly issuedTwice: number;
}

/** What is there when every dose of `people` has been recorded and certified once. */
export const whole = (people: number): Omit<Counts, 'recordsBeforeRetry'> => ({
  records: people,
  people,
  intents: people,
  certificates: people,
  recordsWithoutCertificate: 0,
  certificatesWithoutRecord: 0,
  jobsNotDone: 0,
  places: people,
  placesWithoutIntent: 0,
  placesTwice: 0,
  issuedTwice: 0,
});
