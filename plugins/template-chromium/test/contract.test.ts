import { documentConverterContract, holdTo } from '@divoc/core/testkit';
import { describe, it } from 'vitest';
import { attachmentsOf, chromium, textOf } from './chromium.fixture.js';

describe('the contract of a document converter', async () => {
  const { converter } = await chromium({ sandbox: true });
  holdTo(it, documentConverterContract, () => ({ converter, textOf, attachmentsOf }));
});
