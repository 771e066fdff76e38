import { Refusal } from '@divoc/core/api';
import { describe, expect, it } from 'vitest';
import { clerk, facilities, type Intake, openIntake, vector } from './intake.fixture.js';

const counts = (changes: object) => ({ created: 0, unchanged: 0, changed: 0, refused: 0, ...changes });
const rowsOf = async ({ call }: Intake, id: string, query: object = {}) =>
  (await call('rows', { params: { id }, query })).body as {
    items: { row: number; outcome: string; faults?: object[]; notes?: object[] }[];
    next?: number;
  };

describe("DIVOC's own files", () => {
  it.each([
    ['facility', 'facilities', 5],
    ['vaccinator', 'vaccinators', 3],
    ['enrolment', 'enrollments', 3],
  ])('of type %s are taken whole, and again change nothing', async (type, file, rows) => {
    const intake = await openIntake();
    const reply = await intake.upload(vector(`csv/${file}.csv`), { type });
    expect(reply).toMatchObject({ status: 201, body: { state: 'done', rows, counts: counts({ created: rows }), ignoredColumns: [] } });
    expect(reply.headers?.location).toBe(`/x/files/uploads/${reply.body.id}`);
    expect(await intake.upload(vector(`csv/${file}.csv`), { type })).toMatchObject({
      status: 200,
      body: { id: reply.body.id, counts: counts({ created: rows }) },
    });
    // Another byte makes another upload, whose rows say nothing new.
    const other = await intake.upload(Buffer.concat([vector(`csv/${file}.csv`), Buffer.from('\n,,,\n')]), { type });
    expect(other).toMatchObject({ status: 201, body: { rows, counts: counts({ unchanged: rows }) } });
    expect(intake.registry.kept.size).toBe(rows);
  });

  it('lose what cannot be seen, and the report says so', async () => {
    const intake = await openIntake();
    const { body } = await intake.upload(vector('csv/facilities.csv'), { type: 'facility' });
    expect((await rowsOf(intake, body.id)).items.filter(({ notes }) => notes)).toEqual([
      { row: 4, outcome: 'created', notes: [expect.objectContaining({ column: 'state', code: 'CHARACTERS_REMOVED' })] },
    ]);
    expect(intake.registry.kept.get('facility PUN001')?.record).toMatchObject({
      address: { region: 'Maharashtra', street2: 'Road, NIBM Road' },
      website: 'www.mobile.com',
      operatingHours: { start: 8, end: 18 },
    });
    expect(intake.registry.kept.get('facility DEL010')?.record).toMatchObject({ position: { latitude: 28, longitude: 77 } });
  });
});

describe('doses', () => {
  const header =
    'preEnrollmentCode,recipientName,vaccinationName,vaccinationDate,vaccinationDose,vaccinationTotalDoses,facilityName,recipientMobileNumber';
  it('go to the vaccinations service, and its pointers come back as columns', async () => {
    const intake = await openIntake();
    const text = `${header}\nA-1,Asha,CoVax,2026-11-20,1,2,ABC,99\nA-2,,CoVax,2026-11-20,1,2,ABC,99\nA-3,Ravi,CoVax,20/11/2026,one,2,ABC,99\n`;
    const { body } = await intake.upload(text, { type: 'dose', programme: 'covid-19' });
    expect(body).toMatchObject({ counts: counts({ created: 1, refused: 2 }), ignoredColumns: [8] });
    expect(intake.doses).toEqual([
      {
        programme: 'covid-19',
        identity: { input: { code: 'A-1' } },
        record: {
          patient: { name: 'Asha' },
          vaccineName: 'CoVax',
          occurrenceDateTime: '2026-11-20',
          doseNumber: 1,
          seriesDoses: 2,
          facility: { name: 'ABC' },
        },
      },
    ]);
    const { items } = await rowsOf(intake, body.id, { outcome: 'refused' });
    expect(items).toMatchObject([
      { row: 3, faults: [{ column: 'recipientName', code: 'FIELD_MISSING', fix: 'Add it.' }] },
      {
        row: 4,
        faults: [
          { column: 'vaccinationDate', code: 'DATE_AMBIGUOUS' },
          { column: 'vaccinationDose', code: 'VALUE_MALFORMED' },
        ],
      },
    ]);
  });

  it('say who the person is in the columns of the settings', async () => {
    const doses = { provider: 'nid', identityColumns: { number: ['recipientIdentity', 'NIC'] } };
    const intake = await openIntake({}, { doses });
    await intake.upload(`${header.replace('preEnrollmentCode', 'nic')}\n853400937V,Asha,CoVax,2026-11-20,1,2,ABC,99`, { type: 'dose' });
    expect(intake.doses).toMatchObject([{ identity: { provider: 'nid', input: { number: '853400937V' } } }]);
    await expect(intake.upload(header, { type: 'dose' })).rejects.toMatchObject({ code: 'COLUMNS_WRONG' });
  });
});

describe('an upload', () => {
  it('puts good rows in and reports the others, without any value', async () => {
    const intake = await openIntake();
    const bad = [
      '=cmd|calc,SecretName,011,S,D,D,1,A,9',
      'F4,,011,SecretStreet,D,D,1,A,9',
      'F5,N,011,S,D,D,1,A,9,SecretExtra',
      ',,,,,,,,',
      'F7,N,9.1E+11,S,D,D,1,A,9',
    ];
    const { body, status } = await intake.upload(`${facilities(1)}\n${bad.join('\n')}\n`, { type: 'facility' });
    expect({ status, ...body }).toMatchObject({ status: 201, rows: 5, counts: counts({ created: 1, refused: 4 }) });
    expect((await rowsOf(intake, body.id)).items).toMatchObject([
      { row: 2, outcome: 'created' },
      { row: 3, outcome: 'refused', faults: [{ column: 'facilityCode', code: 'CELL_IS_FORMULA' }] },
      { row: 4, outcome: 'refused', faults: [{ column: 'facilityName', code: 'FIELD_MISSING' }] },
      { row: 5, outcome: 'refused', faults: [{ code: 'ROW_TOO_LONG' }] },
      { row: 7, outcome: 'refused', faults: [{ column: 'contact', code: 'NUMBER_ABBREVIATED' }] },
    ]);
    const report = await intake.call('report', { params: { id: body.id } });
    expect(String(report.body).split('\r\n').slice(0, 2)).toEqual([
      '\ufeffrow,outcome,column,code,detail,fix',
      '3,refused,facilityCode,CELL_IS_FORMULA,the cell begins like a formula,Write the value itself.',
    ]);
    // Neither in the report nor in what is remembered, nor in the log.
    const said = JSON.stringify([String(report.body), [...intake.state.entries.values()], intake.lines]);
    for (const word of ['Secret', 'cmd', '9.1E', 'Admin 2']) expect(said).not.toContain(word);
  });

  it('tries rows that were refused again when the same file comes again, and no others', async () => {
    const intake = await openIntake();
    const puts: unknown[] = [];
    intake.registry.before = (_type, record) => {
      puts.push(record.code);
      if (record.code === 'F3') throw new Refusal(422, 'NOT_NOW', 'Not now.');
    };
    const first = await intake.upload(facilities(3), { type: 'facility' });
    expect(first.body.counts).toEqual(counts({ created: 2, refused: 1 }));
    intake.registry.before = (_type, record) => void puts.push(record.code);
    const second = await intake.upload(facilities(3), { type: 'facility' });
    expect(second).toMatchObject({ status: 200, body: { id: first.body.id, counts: counts({ created: 3 }) } });
    expect(puts).toEqual(['F2', 'F3', 'F4', 'F3']);
    await intake.upload(facilities(3), { type: 'facility' });
    expect(puts).toHaveLength(4);
    await intake.runJobs();
    expect([...intake.state.entries.keys()].filter((key) => key.startsWith('piece/'))).toEqual([]);
  });

  it('that contradicts itself is told so', async () => {
    const intake = await openIntake();
    const same = 'F2,Facility 2,011,Street 2,Delhi,Delhi,100001,Admin 2,999';
    const { body } = await intake.upload(`${facilities(1)}\n${same}\n${same.replace('Facility 2', 'Other')}`, { type: 'facility' });
    expect(body.counts).toEqual(counts({ created: 1, unchanged: 1, refused: 1 }));
    expect((await rowsOf(intake, body.id, { outcome: 'refused' })).items).toMatchObject([{ row: 4, faults: [{ code: 'KEY_REPEATED' }] }]);
  });

  it.each<[string, string, number, string]>([
    ['without rows', facilities(0), 422, 'FILE_WITHOUT_ROWS'],
    ['empty', ' ', 422, 'FILE_EMPTY'],
    ['with a quote that is not closed in its last row', `${facilities(300)}\n"F9,`, 422, 'CSV_MALFORMED'],
    ['with too many rows', facilities(11), 413, 'TOO_MANY_ROWS'],
    ['without a column that must be there', facilities(1).replace('adminName', 'x'), 422, 'COLUMNS_WRONG'],
  ])('%s is refused whole', async (_name, text, status, code) => {
    const intake = await openIntake({}, { maxRows: code === 'TOO_MANY_ROWS' ? 10 : 1000 });
    await expect(intake.upload(text, { type: 'facility' })).rejects.toMatchObject({ status, code });
    expect([intake.registry.kept.size, intake.state.entries.size, intake.jobs.length]).toEqual([0, 0, 0]);
  });

  it('is refused to whom the rows are not open, and for a type that is none', async () => {
    const intake = await openIntake();
    const actor = { ...clerk, scopes: ['intake:upload', 'vaccination:record'] };
    await expect(intake.upload(facilities(1), { type: 'facility' }, { actor })).rejects.toMatchObject({
      status: 403,
      code: 'SCOPE_MISSING',
    });
    for (const query of [{}, { type: 'facilities' }, { type: 'constructor' }]) {
      await expect(intake.upload(facilities(1), query)).rejects.toMatchObject({ status: 400, code: 'UPLOAD_TYPE_UNKNOWN' });
    }
    await expect(intake.upload(facilities(1), { type: 'facility', x: '1' })).rejects.toMatchObject({ code: 'QUERY_INVALID' });
  });

  it("is nobody else's", async () => {
    const intake = await openIntake();
    const other = { ...clerk, id: 'other' };
    const { body } = await intake.upload(facilities(2), { type: 'facility' });
    for (const name of ['look', 'rows', 'report']) {
      await expect(intake.call(name, { params: { id: body.id }, actor: other })).rejects.toMatchObject({
        status: 404,
        code: 'UPLOAD_UNKNOWN',
      });
      for (const id of ['x', 'a'.repeat(43), '../upload'])
        await expect(intake.call(name, { params: { id } })).rejects.toMatchObject({ status: 404 });
    }
    const theirs = await intake.upload(facilities(2), { type: 'facility' }, { actor: other });
    expect(theirs).toMatchObject({ status: 201, body: { counts: counts({ unchanged: 2 }) } });
    expect(theirs.body.id).not.toBe(body.id);
    const history = async (actor = clerk, query = {}) =>
      (await intake.call('uploads', { actor, query })).body as { items: { id: string }[]; next?: string };
    expect((await history()).items.map(({ id }) => id)).toEqual([body.id]);
    intake.clock.pass(1);
    await intake.upload(facilities(3), { type: 'facility' });
    const page = await history(clerk, { limit: '1' });
    expect(page.items).toHaveLength(1);
    expect((await history(clerk, { after: page.next })).items).toHaveLength(1);
  });

  it('has a template for each type', async () => {
    const { call } = await openIntake();
    const { body, mediaType } = await call('template', { params: { type: 'vaccinator.csv' } });
    expect([body, mediaType]).toEqual([
      '\ufeffcode,name,nationalIdentifier,mobileNumber,email,status,facilityIds\r\n',
      'text/csv; charset=utf-8',
    ]);
    await expect(call('template', { params: { type: 'x' } })).rejects.toMatchObject({ status: 404 });
  });
});
