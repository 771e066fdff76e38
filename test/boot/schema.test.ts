import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { definePlugin } from '../../core/api/index.js';
import { adopterSchema } from '../../core/cli/adopter-schema.js';
import { builtIns } from '../../core/cli/built-ins.js';
import { runCommand } from '../../core/cli/command.js';
import { schema as schemaCommand } from '../../core/cli/commands/schema.js';
import { installedPlugins } from '../../core/cli/installed-plugins.js';
import { root } from '../architecture/sources.js';

type Json = Record<string, unknown>;
const file = join(root, 'schemas', 'manifest', 'adopter.schema.json');
const { plugins } = await installedPlugins(root);
const made = adopterSchema({ plugins, builtIns }) as Json;

function validatorOf(schema: object) {
  const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allErrors: true });
  (addFormats as unknown as (a: Ajv2020) => void)(ajv);
  const validate = ajv.compile(schema);
  return (text: string) =>
    validate(parse(text)) ? [] : (validate.errors ?? []).map(({ instancePath, keyword }) => `${instancePath} ${keyword}`);
}

/** The part of a schema that is about plugins which are installed here: a plugin that is taken away is no mistake. */
function ofInstalled(schema: Json): Json {
  const names = [...plugins.keys()].flatMap((name) => [name, name.replace('@divoc/', '')]);
  const known = (name: string) => !/^(@divoc\/)?[a-z0-9]+-/.test(name) || names.includes(name.replace(' (part)', ''));
  const shown = structuredClone(schema) as { $defs: Json } & Record<
    'then' | 'else',
    { properties: { plugins: { additionalProperties: Json } } }
  >;
  shown.$defs = Object.fromEntries(Object.entries(shown.$defs).filter(([name]) => known(name)));
  for (const branch of [shown.then, shown.else]) {
    const entry = branch.properties.plugins.additionalProperties as {
      allOf: { if: { properties: { use: { enum: string[] } } } }[];
      properties: { use: { anyOf: [{ enum: string[] }] } };
    };
    entry.allOf = entry.allOf.filter((item) => item.if.properties.use.enum.every(known));
    entry.properties.use.anyOf[0].enum = entry.properties.use.anyOf[0].enum.filter(known);
  }
  return shown;
}

it('schemas/manifest/adopter.schema.json is up to date; else: npx divoc schema > schemas/manifest/adopter.schema.json', () => {
  const kept = JSON.parse(readFileSync(file, 'utf8')) as Json;
  expect(ofInstalled(kept)).toEqual(ofInstalled(JSON.parse(JSON.stringify(made))));
});

describe("the editor's schema", () => {
  const mistakes = validatorOf(made);
  const demo = readFileSync(join(root, 'adopters', 'demo', 'adopter.yaml'), 'utf8');

  it('is right about the demo', () => expect(mistakes(demo)).toEqual([]));

  it.each([
    ['linkValidFor: 7d', 'linkValidFor: soon', '/plugins/download/with/linkValidFor pattern'],
    ['linkValidFor: 7d', 'linkValid: 7d', '/plugins/download/with additionalProperties'],
    ['profile: development', 'profile: test', '/profile enum'],
    ['apiVersion: divoc/v1', 'apiVersion: divoc/v2', '/apiVersion const'],
    ['{ use: identity-none,', '{', '/plugins/walk-in required'],
    ['  verification: {}', '  verificaton: {}', '/services additionalProperties'],
    ['payment: government,', 'payment: [government],', '/services/vaccination/with/programmes/covid-19/payment type'],
    ['payment: government,', '', '/services/vaccination/with/programmes/covid-19 required'],
    ['did: did:web:health.example', 'did: health.example', '/services/certificates/with/issuer/did pattern'],
    ['timeZone: Asia/Kolkata', 'timeZone: 5', '/services/certificates/with/timeZone type'],
  ])('finds what is wrong when %s becomes %s', (right, wrong, mistake) => {
    expect(demo).toContain(right);
    expect(mistakes(demo.replace(right, wrong))).toContainEqual(mistake);
  });

  it('asks for settings where some are required', () => {
    expect(mistakes('{ apiVersion: divoc/v1, name: a, services: { vaccination: {} } }')).toContainEqual('/services/vaccination required');
  });

  it('lets a file that extends another be a part of the whole, and take away with null, but misspell nothing', () => {
    const head = 'apiVersion: divoc/v1\nname: acme\nextends: [../base.yaml]\n';
    const part = 'plugins:\n  walk-in: null\n  download: { with: { linkValidFor: null } }\n  money: { use: payment-free }\n';
    expect(mistakes(head + part)).toEqual([]);
    expect(mistakes(part)).toEqual([]);
    const changed = 'services:\n  vaccination: { with: { programmes: { covid-19: { payment: money, deliver: null } } } }\n';
    expect(mistakes(head + changed)).toEqual([]);
    expect(mistakes(head + changed.replace('payment', 'paiment'))).not.toEqual([]);
    expect(mistakes('plugins: { d: { use: channel-download, with: { linkValidFor: soon } } }')).not.toEqual([]);
  });

  it('leaves plugins that it does not know to divoc check', () => {
    expect(mistakes("{ apiVersion: divoc/v1, name: a, plugins: { x: { use: '@acme/x', with: { anything: 1 } } } }")).toEqual([]);
  });
});

describe('settings in it', () => {
  const vault = definePlugin<object>()({
    id: 'vault',
    summary: 'A vault.',
    config: {
      type: 'object',
      additionalProperties: false,
      properties: {
        token: { type: 'string', minLength: 8, 'x-secret': true, description: 'Opens it.' },
        key: { $ref: '#/$defs/key' },
        keeper: { type: 'string', 'x-instance': 'keeper/0' },
        list: { type: 'string', 'x-file': true },
      },
      $defs: { key: { type: 'string', pattern: '^k' } },
    },
    setup: async () => ({ ports: {} }),
  });
  const instances = new Map([['keeper/0', ['anna', 'ben']]]);
  const schema = adopterSchema({ plugins: new Map([['@acme/vault', vault]]), builtIns: {}, instances }) as { $defs: Record<string, Json> };
  const mistakes = validatorOf(schema);
  const manifest = (settings: string) => `{ apiVersion: divoc/v1, name: a, plugins: { v: { use: '@acme/vault', with: ${settings} } } }`;

  it('that are secrets are references, never literals', () => {
    expect(mistakes(manifest('{ token: { $secret: TOKEN } }'))).toEqual([]);
    expect(mistakes(manifest('{ token: opensesame }'))).not.toEqual([]);
    expect(mistakes(manifest('{ token: { $secret: lower } }'))).not.toEqual([]);
  });

  it('keep their own definitions, say what they name, and offer it', () => {
    expect(mistakes(manifest('{ key: k1 }'))).toEqual([]);
    expect(mistakes(manifest('{ key: x1 }'))).not.toEqual([]);
    const { properties } = schema.$defs['@acme/vault'] as { properties: Record<string, Json> };
    expect(properties.keeper).toMatchObject({ description: 'Names an instance that provides keeper/0.', examples: ['anna', 'ben'] });
    expect(properties.list).toMatchObject({ description: 'A file beside this manifest.' });
    expect(properties.token).toMatchObject({ description: 'Opens it.' });
  });
});

it('divoc schema prints it, with the instances of an adopter', async () => {
  const lines: string[] = [];
  const terminal = { out: (line: string) => lines.push(line), err: () => undefined };
  const adopter = mkdtempSync(join(tmpdir(), 'divoc-adopter-'));
  writeFileSync(join(adopter, 'adopter.yaml'), 'apiVersion: divoc/v1\nname: a\nplugins: { till: { use: payment-free } }\n');
  expect(await runCommand([schemaCommand], ['schema', '--adopter', adopter, '--json'], terminal, {})).toBe(0);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('Names an instance that provides payment-scheme/0.","examples":["till"]');
});
