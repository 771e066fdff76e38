import { expect, it } from 'vitest';
import { transliterated } from '../src/transliteration.js';

it.each([
  ["D'Arsøns-van Halen", 'DARSOENS<VAN<HALEN'],
  ['François Joan', 'FRANCOIS<JOAN'],
  ['Musterfrau-Gößinger', 'MUSTERFRAU<GOESSINGER'],
  ['Þórður Ægisson', 'THORDUR<AEGISSON'],
  ['Łukasz Ńowak', 'LUKASZ<NOWAK'],
  ['Nguyễn Văn Đức', 'NGUYEN<VAN<DUC'],
  ['İpek Işık', 'IPEK<ISIK'],
  ['José  Ñuñez Jr.', 'JOSE<NUNEZ<JR'],
  ['A\u030angstro\u0308m', 'AANGSTROEM'],
  ['Юрий Щербаков', 'IURII<SHCHERBAKOV'],
  ['Соловьёв', 'SOLOVEV'],
  ['Георгій Їжак', 'GEORGII<IZHAK'],
  // Doc 9303, part 3, appendix B: the standard's own example.
  ['محمد', 'MXHMD'],
  ['فاطمة', 'FAXTTMXAH'],
  ['عبد الله', 'EBD<ALLH'],
  ['مُحَمَّد', 'MXHMMD'],
])('%s is written as %s', (name, text) => expect(transliterated(name)).toBe(text));

it.each(['नाम', 'Anna नाम', '王', '', ' - ', "'", 'Anna 2', 'a@b'])('%j is no name that machine-readable zones can hold', (name) => {
  expect(transliterated(name)).toBeUndefined();
});
