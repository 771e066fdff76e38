import { afterAll, describe, expect, it } from 'vitest';
import { brokenTemplateEngines, plainSubject } from './broken/template-engine.js';
import { brokenPromises, holdTo } from './contract.js';
import { templateEngineContract } from './template-engine-contract.js';

const made: { remove(): void }[] = [];
afterAll(() => {
  for (const subject of made) subject.remove();
});
const subject = (parts?: Parameters<typeof plainSubject>[0]) => {
  const one = plainSubject(parts);
  made.push(one);
  return one;
};

describe('a plain engine', () => holdTo(it, templateEngineContract, () => subject()));

describe('an engine with a single fault breaks a single promise', () => {
  it.each(Object.entries(brokenTemplateEngines))('%s', async (promise, make) => {
    expect(await brokenPromises(templateEngineContract, () => subject(make()))).toEqual([promise]);
  });

  it('and there is one for each promise', () => {
    expect(templateEngineContract.promises.map(({ name }) => name).sort()).toEqual(Object.keys(brokenTemplateEngines).sort());
  });
});
