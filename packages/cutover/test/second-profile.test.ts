import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dumpSource, type Waiver } from '@cutover/importer';
import { describeWithCorpus } from '@cutover/testkit';
import { sampleDump, wordpress } from '@cutover/wordpress';
import { describe, expect, it } from 'vitest';
import { bootInProcess, notHolding, rehearseWith } from './rehearsal.ts';

const rehearse = (
  path: string,
  waivers: Waiver[],
  signIn?: { readonly login: string; readonly password: string },
) =>
  rehearseWith({
    dumpPath: path,
    options: {
      profile: wordpress,
      source: dumpSource([path]),
      dump: [path],
      waivers,
      ...(signIn === undefined ? {} : { signIn }),
      boot: bootInProcess(wordpress),
    },
  });

/** Nobody's password is known. */
const open = { 'sign-in': 'unknown' };

describe('a rehearsal with a second profile', () => {
  it('asks the same questions of another system, and says what it did not exercise', async () => {
    const accepted: Waiver[] = [
      { rule: 'dangling-reference', count: 8, reason: 'parts of rows that are not there, or not known' },
      { rule: 'unknown-post-type', count: 1, reason: 'recipes are not carried over' },
      { rule: 'unknown-taxonomy', count: 1, reason: 'colours are not carried over' },
      { rule: 'unknown-comment-type', count: 1, reason: 'notes about orders are not carried over' },
      { rule: 'not-a-url', count: 1, reason: 'a link that was none' },
      {
        rule: 'private-value-in-public',
        check: 'reconcile-private-in-public',
        count: 1,
        reason: 'an author gives her own address in her description',
      },
    ];
    const signIn = { login: 'ann@example.org', password: 'boats of ann' };
    const { report, exitCode } = await rehearse(fileURLToPath(sampleDump), accepted, signIn);
    expect(notHolding(report)).toEqual({});
    expect([report.outcome, exitCode]).toEqual(['holds', 0]);
    expect(report.stepsNotExercised).toContainEqual({
      step: '16-name-ids',
      reason: 'the profile has no identifiers to keep',
    });
  });
});

describe('a rehearsal on what was read from a live system', () => {
  it('does not hold where its source does not', async () => {
    const check = {
      id: 'source',
      title: 'All rows are of one moment',
      expected: 1,
      actual: 0,
      looked: 1,
      findings: [],
      findingsTotal: 0,
      waived: [],
      evidence: {},
    };
    const given: string[][] = [];
    const { report, exitCode } = await rehearseWith({
      options: {
        origin: {
          checks: (tables) => {
            given.push(Object.keys(tables));
            return [{ ...check, outcome: 'unknown', couldNotTell: 'nobody locked anything' }];
          },
          details: { source: 'a server' },
        },
      },
    });
    expect([report.outcome, exitCode, report.checks[0]?.id]).toEqual(['unknown', 4, 'source']);
    expect(given[0]?.length).toBeGreaterThan(10);
    expect(report.details['source']).toBe('a server');
  });
});

describeWithCorpus('a rehearsal on a real dump of a second system', (dumps) => {
  it('accounts for every row', async () => {
    const { report } = await rehearse(join(dumps, 'wordpress-mysql82.sql'), []);
    expect(notHolding(report)).toEqual(open);
    expect(Object.values(report.tables).reduce((sum, { rows }) => sum + rows, 0)).toBe(579);
  });
});
