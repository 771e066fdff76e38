import { extname } from 'node:path';
import type { EngineDeclaration, Finding } from '../../api/index.js';
import { isLanguageTag, readTemplateManifest, recordOfTemplate, type TemplateManifest, templateFolders } from '../../internal/index.js';
import type { ProgrammeConfig } from './programmes.js';
import { covers, isWithin, type TemplateChoice, type TemplateCondition, type TemplateRule } from './template-choice.js';

type Programmes = Readonly<Record<string, ProgrammeConfig>>;
/** By instance; undefined for an engine that declares nothing. */
type Engines = Readonly<Record<string, EngineDeclaration | undefined>>;

/** Templates that no folder holds, or no engine reads, or that lack a language for which a rule chooses them; rules without effect. */
export function checkTemplateChoices(programmes: Programmes, adopter: string, engines: Engines): Finding[] {
  const folders = templateFolders(adopter);
  return Object.entries(programmes).flatMap(([name, programme]) => {
    const at = `/programmes/${name}`;
    const rules = Object.entries(programme.templateRules ?? {});
    const faults = (pointer: string, template: string): Finding[] => {
      const folder = folders.get(template);
      const known = [...folders.keys()].sort().join(', ');
      if (!folder) return [{ pointer, code: 'TEMPLATE_UNKNOWN', message: `there is no template '${template}'; known here: ${known}` }];
      const manifest = readTemplateManifest(folder);
      const record = recordOfTemplate(manifest ?? {});
      if (record !== 'vaccination') {
        const message = `the template '${template}' is for ${record}, not for a vaccination; choose another one`;
        return [{ pointer, code: 'TEMPLATE_UNKNOWN', message }];
      }
      return engineFaults(pointer, template, manifest, engines);
    };
    return [
      ...faults(`${at}/template`, programme.template),
      ...rules.flatMap(([rule, { use, when }]) => {
        const pointer = `${at}/templateRules/${rule}`;
        const folder = folders.get(use);
        const manifest = folder && readTemplateManifest(folder);
        return [...faults(`${pointer}/use`, use), ...languageFaults(`${pointer}/when/language`, when, use, manifest)];
      }),
      ...unreachable(`${at}/templateRules`, rules),
    ];
  });
}

function engineFaults(pointer: string, template: string, manifest: TemplateManifest | undefined, engines: Engines): Finding[] {
  const declared = Object.values(engines);
  // A manifest that cannot be read is told of where it stands; an engine that declares nothing may read anything.
  if (!manifest || declared.includes(undefined)) return [];
  const files = [manifest.page, manifest.print].filter((file) => !declared.some((engine) => engine?.extension === extname(file)));
  return files.map((file) => ({
    pointer,
    code: 'TEMPLATE_ENGINE_MISSING',
    message: `the template '${template}' needs an engine that reads ${extname(file)}, and the manifest names none; add one, or choose another template`,
  }));
}

/** Whoever asks for a language by which a template is chosen must get it in that language. */
function languageFaults(
  pointer: string,
  { language = [] }: TemplateCondition,
  use: string,
  manifest: TemplateManifest | undefined,
): Finding[] {
  return language.flatMap((tag, i): Finding[] => {
    const at = `${pointer}/${i}`;
    if (!isLanguageTag(tag)) {
      return [
        { pointer: at, code: 'TEMPLATE_LANGUAGE_UNKNOWN', message: `'${tag}' is not a language; write a BCP 47 tag like ar or pt-BR` },
      ];
    }
    if (!manifest || manifest.languages.some((own) => isWithin(tag, own) || isWithin(own, tag))) return [];
    const message = `the template '${use}' has no ${tag} (it has ${manifest.languages.join(', ')}); write its texts in ${tag}, or choose another one`;
    return [{ pointer: at, code: 'TEMPLATE_LANGUAGE_MISSING', message }];
  });
}

function unreachable(pointer: string, rules: readonly (readonly [string, TemplateRule])[]): Finding[] {
  return rules.flatMap(([name, { when }], i): Finding[] => {
    const before = rules.slice(0, i).find(([, earlier]) => covers(earlier.when, when));
    const reason = before
      ? `'${before[0]}' before it holds wherever it would`
      : isContradiction(when)
        ? 'no dose is all that it asks for'
        : undefined;
    if (reason === undefined) return [];
    const message = `the rule '${name}' is never reached: ${reason}; narrow that one, change the order, or remove this one`;
    return [{ pointer: `${pointer}/${name}`, code: 'TEMPLATE_RULE_UNREACHABLE', message }];
  });
}

/** A third dose of two that is not to be the last. */
function isContradiction({ dose: { number, of, is } = {} }: TemplateCondition): boolean {
  if (!number || !of || is === undefined) return false;
  return !number.some((n) => of.some((total) => (is === 'final' ? n >= total : n < total)));
}

/** Names of all templates that a programme may choose. */
const templatesOf = ({ template, templateRules = {} }: TemplateChoice): string[] => [
  template,
  ...Object.values(templateRules).map(({ use }) => use),
];

/** Throws an Error for settings that name a template nobody can render; instances were checked by the kernel. */
export function assertTemplates(programmes: Programmes, templates: readonly string[]): void {
  for (const [name, programme] of Object.entries(programmes)) {
    const missing = templatesOf(programme).find((template) => !templates.includes(template));
    if (missing === undefined) continue;
    const known = templates.join(', ') || 'none';
    throw new Error(`programme ${name}: there is no template '${missing}' that an installed engine can render; known here: ${known}`);
  }
}
