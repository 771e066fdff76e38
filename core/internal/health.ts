import type { Health } from '../api/plugin.js';
import { definePort } from '../api/port.js';

/** The health of all parts, given by the kernel: only it knows them. */
export interface HouseHealth {
  /** `started` once every part has started; `parts` by instance name. */
  check(): Promise<{ started: boolean; parts: Record<string, Health> }>;
}

export const houseHealth = definePort<HouseHealth>('house-health', 0);
