import { describe, expect, it } from 'vitest';
import { brokenRoutes, soundRoutes } from './broken/routes.js';
import { brokenPromises, holdTo } from './contract.js';
import { routesContract } from './routes-contract.js';

describe('the routes of tests', () => holdTo(it, routesContract, () => soundRoutes()));

describe('routes with a single fault break a single promise', () => {
  it.each(Object.entries(brokenRoutes))('%s', async (promise, make) => {
    expect(await brokenPromises(routesContract, make)).toEqual([promise]);
  });

  it('and there are some for each promise', () => {
    expect(routesContract.promises.map(({ name }) => name).sort()).toEqual(Object.keys(brokenRoutes).sort());
  });
});
