import type { Logger } from '../api/plugin.js';

export type LogLine = { readonly level: string; readonly stage?: string; readonly message: string } & Readonly<Record<string, unknown>>;

/** A log that keeps its lines. */
export function listeningLog(): { readonly lines: LogLine[]; readonly log: Logger } {
  const lines: LogLine[] = [];
  const at = (level: string) => (fields: object, message: string) => void lines.push({ level, ...fields, message });
  return { lines, log: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') } };
}
