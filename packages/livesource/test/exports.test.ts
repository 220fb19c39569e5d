import { expect, it } from 'vitest';
import * as livesource from '../src/index.ts';

it('exports what others use, and nothing else', () => {
  expect(Object.keys(livesource).sort()).toEqual([
    'Session',
    'Throttle',
    'assertArchive',
    'checkAccounts',
    'checkAgainstServer',
    'checkArchive',
    'checkPrivileges',
    'checkSource',
    'deltaBetween',
    'digestDump',
    'digestRows',
    'firstSession',
    'manifestPath',
    'parseGrants',
    'parseSourceUrl',
    'preflightSource',
    'readManifest',
    'readPrivileges',
    'readServer',
    'shownAddress',
    'sourceDetails',
    'takeArchive',
  ]);
});
