import { describe, it } from 'vitest';
import { holdTo } from '../testkit/contract.js';
import { eventLogContract } from '../testkit/event-log-contract.js';
import { eventLogOf } from './event-log.js';
import { databaseFile, openStore } from './store.fixture.js';

describe('the audit log as events', () =>
  holdTo(it, eventLogContract, async () => {
    const file = databaseFile();
    // Two writers, as two processes of a house are.
    const stores = [await openStore({ file }), await openStore({ file })] as const;
    const told = { service: 'things', types: [{ action: 'thing.made', version: 1, subject: 'thingId', detail: {} }] };
    let turn = 0;
    const append = (action: string, subject: string) => {
      const { storage, audit } = stores[turn++ % 2 === 0 ? 0 : 1];
      return storage.transaction((trx) => audit.append(trx, { actor: 'somebody', action, subject }));
    };
    return {
      log: eventLogOf({ storage: stores[0].storage, tenant: 'main' }, [told]),
      happen: (subject) => append('thing.made', subject),
      happenUnseen: () => append('thing.hidden', 'x'),
    };
  }));
