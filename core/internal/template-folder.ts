import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { houseFolder } from './house-folder.js';

/** Where a certificate template lies. */
export interface TemplateFolder {
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
  /** Of the house, and not of the adopter. */
  readonly isHouse: boolean;
}

/** What a template says of itself in its `template.json`; `schemas/templates/template.json` has every word of it. */
export interface TemplateManifest {
  /** Names of files in the folder, or in that of `extends`; their endings say which engine reads them. */
  readonly page: string;
  readonly print: string;
  /** BCP 47; the first is the one that is shown when nobody asks for another. */
  readonly languages: readonly string[];
  /** A template of the house, whose page and print are drawn with these texts where the folder has none of its own. */
  readonly extends?: string;
  /** The name of the record that it is for; default `vaccination`. */
  readonly record?: string;
  /** JSON Pointers into the record, or `printed`. */
  readonly reads: readonly string[];
  /** Texts that a language lacks are taken from the first language. */
  readonly fallback?: boolean;
  /** Language → the locale that writes its numbers and dates. */
  readonly locales?: Readonly<Record<string, string>>;
}

export const TEMPLATE_MANIFEST = 'template.json';

/** All templates by name. An adopter's stands in the place of the house's of the same name. */
export function templateFolders(adopter: string): ReadonlyMap<string, TemplateFolder> {
  const found = new Map<string, TemplateFolder>();
  for (const [parent, isHouse] of [[houseFolder('templates'), true] as const, [join(adopter, 'templates'), false] as const]) {
    for (const name of foldersIn(parent)) {
      const folder = join(parent, name);
      if (existsSync(join(folder, TEMPLATE_MANIFEST))) found.set(name, { name, folder, isHouse });
    }
  }
  return found;
}

/** Names of the folders below one that may not exist, sorted. */
export function foldersIn(parent: string): string[] {
  if (!existsSync(parent)) return [];
  const entries = readdirSync(parent, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
    .map(({ name }) => name)
    .sort();
}

/** The name of the record that a template is for. */
export const recordOfTemplate = ({ record = 'vaccination' }: Pick<TemplateManifest, 'record'>): string => record;

/** Where a file of a template lies: in its own folder, or in that of the house's template which it extends. */
export function templateFile(folder: string, { extends: base }: Pick<TemplateManifest, 'extends'>, file: string): string {
  const own = join(folder, file);
  return base === undefined || existsSync(own) ? own : join(houseFolder('templates'), base, file);
}

/** A template's manifest. Undefined when it cannot be read at all: whoever owns templates says so, at its place. */
export function readTemplateManifest({ folder }: Pick<TemplateFolder, 'folder'>): TemplateManifest | undefined {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, TEMPLATE_MANIFEST), 'utf8')) as TemplateManifest;
    return Array.isArray(manifest.languages) && typeof manifest.page === 'string' && typeof manifest.print === 'string'
      ? manifest
      : undefined;
  } catch {
    return undefined;
  }
}
