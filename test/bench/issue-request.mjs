import { randomUUID } from 'node:crypto';

/** A dose of somebody who has had none yet. */
const dose = () => ({
  identity: { input: { code: randomUUID() } },
  record: {
    patient: { name: 'Asha Perera', birthDate: '1984-03', gender: 'female' },
    vaccineName: 'CoVax',
    manufacturer: 'COVPharma',
    lotNumber: 'MB3428BX',
    occurrenceDateTime: '2026-11-20T09:30:00+05:30',
    doseNumber: 1,
    seriesDoses: 2,
    facility: { name: 'ABC Medical Center', district: 'Colombo', country: 'LKA' },
    performer: { name: 'Sooraj Singh' },
  },
});

/** Records a dose and has its certificate issued, whose id it gives. Throws unless the answer is 201 with links. */
export async function requestCertificate(address, token) {
  const response = await fetch(`${address}/v1/vaccinations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(dose()),
  });
  const text = await response.text();
  const { links, certificateId } = response.status === 201 ? JSON.parse(text) : {};
  // A 202 would be recorded, but its certificate not yet issued.
  if (!links?.pdf) throw new Error(`answered ${response.status}: ${text}`);
  return certificateId;
}
