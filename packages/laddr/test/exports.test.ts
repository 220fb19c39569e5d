import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import * as laddr from '../src/index.ts';

it('the package offers these names and no others', () => {
  expect(Object.keys(laddr).sort()).toEqual([
    'awkwardCases',
    'awkwardRevisions',
    'caseMoment',
    'fixtureRows',
    'laddr',
    'laddrTarget',
    'sampleDump',
    'sampleWaivers',
  ]);
});

it('the sample and its waivers are where the package says', () => {
  expect([laddr.sampleDump, laddr.sampleWaivers].filter((place) => !existsSync(place))).toEqual([]);
});
