import type { Clock, Health } from '../api/plugin.js';

const WINDOW_SECONDS = 300;
/** More are not told apart: a part that fails a thousand times a second must not fill the memory as well. */
const MOST = 1000;

/** The faults of one part in the last five minutes. */
export class FaultCount {
  readonly #clock: Clock;
  readonly #times: number[] = [];
  #last = { code: '', at: 0 };

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(code: string): void {
    this.#last = { code, at: this.#clock.now().getTime() };
    this.#times.push(this.#last.at);
    if (this.#times.length > MOST) this.#times.shift();
  }

  /** What the part says of itself, and what was seen of it: "3 faults in the last 5 minutes, last: SMTP_DOWN (2 s ago)". */
  temper(own: Health): Health {
    const now = this.#clock.now().getTime();
    while (this.#times.length > 0 && now - this.#times[0]! > WINDOW_SECONDS * 1000) this.#times.shift();
    const count = this.#times.length;
    if (count === 0) return own;
    const ago = Math.max(0, Math.round((now - this.#last.at) / 1000));
    const faults = `${count}${count === MOST ? ' or more' : ''} fault${count === 1 ? '' : 's'}`;
    const seen = `${faults} in the last ${WINDOW_SECONDS / 60} minutes, last: ${this.#last.code} (${ago} s ago)`;
    return { status: own.status === 'pass' ? 'warn' : own.status, detail: own.detail === undefined ? seen : `${own.detail}; ${seen}` };
  }
}
