/** What a check character is reckoned of, by value (eHealth Network, interoperability guidelines, annex 2). */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/:';

/** The certificate identifier (option 2 of the guidelines: one opaque part) of a `urn:uuid:…`: 49 characters of at most 50. */
export function uvciOf(id: string, country: string): string {
  const text = `URN:UVCI:01:${country}:${id.replace('urn:uuid:', '').replaceAll('-', '').toUpperCase()}`;
  return `${text}#${checkCharacter(text)}`;
}

/** The `urn:uuid:…` of an identifier of ours, or the identifier itself when it holds no UUID or its check character is wrong. */
export function idOfUvci(uvci: string): string {
  const [, text = '', hex = '', check] = /^(URN:UVCI:01:[A-Z]{2}:([0-9A-F]{32}))#(.)$/.exec(uvci) ?? [];
  return check !== undefined && check === checkCharacter(text) ? urnOf(hex) : uvci;
}

/** `urn:uuid:…` of 32 hexadecimal digits. */
export const urnOf = (hex: string): string => `urn:uuid:${hex.toLowerCase().replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')}`;

/** Luhn's algorithm modulo 38: every other character is counted twice, from the last on. */
function checkCharacter(text: string): string {
  const size = ALPHABET.length;
  const sum = [...text].reverse().reduce((total, letter, at) => {
    const addend = ALPHABET.indexOf(letter) * (at % 2 === 0 ? 2 : 1);
    return total + Math.floor(addend / size) + (addend % size);
  }, 0);
  return ALPHABET.charAt((size - (sum % size)) % size);
}
