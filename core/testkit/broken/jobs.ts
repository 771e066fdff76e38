import type { JobsSubject } from '../jobs-contract.js';

interface Habits {
  readonly queues?: readonly string[];
  readonly keyOf?: (id: string, times: number) => string;
  readonly isIdle?: boolean;
}

/** A handler that keeps a list of what it has done. With its habits left as they are it keeps every promise. */
export function soundJobs({ queues = ['things'], keyOf = (id) => id, isIdle = false }: Habits = {}): JobsSubject {
  const done = new Map<string, unknown>();
  let times = 0;
  return {
    handler: {
      queues,
      async handle({ id, data }) {
        times += 1;
        if (times === 1) return { againInSeconds: 1 };
        if (!isIdle) done.set(keyOf(id, times), data);
        return undefined;
      },
    },
    job: { id: 'j1', queue: 'things', subject: 's', data: { n: 1 }, attempt: 1 },
    effects: () => [...done],
  };
}

/** For each promise of the contract a handler that breaks it and no other. */
export const brokenJobs: Readonly<Record<string, () => JobsSubject>> = {
  'it handles the queue in which its own part puts its jobs, and each queue once': () => soundJobs({ queues: ['others'] }),
  'a job has had its effect when it is done': () => soundJobs({ isIdle: true }),
  'a job that comes again has no second effect': () => soundJobs({ keyOf: (id, times) => `${id} ${times}` }),
};
