import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { vectors } from './running-house.js';

type Json = Record<string, unknown>;

/** DIVOC's own request body, as its old clients send it. */
export function certifyBody(): Json[] {
  const file = join(vectors, 'divoc', 'requests', 'certify.json');
  if (!existsSync(file)) throw new Error(`the test vectors are absent: there is no ${file}; set DIVOC_VECTORS to their folder`);
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** A body for POST /v1/vaccinations. */
export function dose(code: string, doseNumber = 1, changes: Json = {}): Json {
  return {
    identity: { input: { code } },
    record: {
      patient: { name: 'Asha Perera', birthDate: '1984-03', gender: 'female' },
      vaccineName: 'CoVax',
      manufacturer: 'COVPharma',
      lotNumber: 'MB3428BX',
      occurrenceDateTime: '2026-11-20T09:30:00+05:30',
      doseNumber,
      seriesDoses: 2,
      facility: { name: 'ABC Medical Center', district: 'Colombo', country: 'LKA' },
      performer: { name: 'Sooraj Singh' },
      ...changes,
    },
  };
}

export type Client = (
  method: string,
  path: string,
  options?: { body?: unknown; raw?: string | Uint8Array; headers?: Record<string, string> },
) => Promise<Response>;

/** Requests with a token and a JSON body; `raw` is sent as it is. */
export function client(address: string, token?: string): Client {
  return (method, path, { body, raw, headers = {} } = {}) =>
    fetch(address + path, {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...((body !== undefined || raw !== undefined) && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...((body !== undefined || raw !== undefined) && { body: raw ?? JSON.stringify(body) }),
      redirect: 'manual',
    });
}
