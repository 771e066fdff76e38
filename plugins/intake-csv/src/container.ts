import 'reflect-metadata';
import { container, type DependencyContainer } from 'tsyringe';
import type { Header } from './header.js';
import { RowReader } from './row-reader.js';
import { DamagedTextRule, SpreadsheetRule, ValueRule, VisibleTextRule, WidthRule } from './row-rules.js';
import type { RowTarget } from './row-target.js';
import { HEADER, ROW_RULE, ROW_TARGET } from './tokens.js';

/** The rules of one plugin instance, in the order in which rows meet them. */
export function ruleContainer(): DependencyContainer {
  // A child, since tsyringe's own is shared by all of the process.
  const rules = container.createChildContainer();
  for (const rule of [WidthRule, VisibleTextRule, DamagedTextRule, SpreadsheetRule, ValueRule])
    rules.register(ROW_RULE, { useClass: rule });
  return rules;
}

/** The reader of one upload, from a container of its own; `dispose` lets both go. */
export function uploadReader(
  rules: DependencyContainer,
  header: Pick<Header, 'columns'>,
  target: RowTarget,
): { readonly reader: RowReader; dispose(): void } {
  const upload = rules.createChildContainer();
  upload.register(HEADER, { useValue: header });
  upload.register(ROW_TARGET, { useValue: target });
  return {
    reader: upload.resolve(RowReader),
    dispose: () => upload.clearInstances(),
  };
}
