import type { InjectionToken } from 'tsyringe';
import type { Header } from './header.js';
import type { RowRule } from './row.js';
import type { RowTarget } from './row-target.js';

/** Named explicitly, so that nothing depends on type metadata: the compiler erases interfaces. */
export const ROW_RULE: InjectionToken<RowRule> = 'intake-csv.row-rule';
/** Of the upload that the child container is for. */
export const HEADER: InjectionToken<Pick<Header, 'columns'>> = 'intake-csv.header';
export const ROW_TARGET: InjectionToken<RowTarget> = 'intake-csv.row-target';
