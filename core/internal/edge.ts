import { definePort } from '../api/port.js';

/** The HTTP edge, for those who start the house and wish to know where it listens. */
export interface Edge {
  /** `http://127.0.0.1:8080`, with the port that the system gave when 0 was asked for. Throws before `start`. */
  address(): string;
}

export const edge = definePort<Edge>('edge', 0, { methods: ['address'] });
