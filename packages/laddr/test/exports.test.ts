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
    'smallSampleDump',
  ]);
});

it('the samples and their waivers are where the package says', () => {
  const places = [laddr.sampleDump, laddr.smallSampleDump, laddr.sampleWaivers];
  expect(places.filter((place) => !existsSync(place))).toEqual([]);
});
