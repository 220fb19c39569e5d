import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FakeResend, scratchDir, startFakeResend } from '@cutover/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addFile, addResendList, resendClient, Suppressions } from '../src/index.ts';
import { select } from './support/campaign.ts';
import { idOf, type Person, storesWith } from './support/people.ts';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
let resend: FakeResend;

beforeEach(async () => {
  scratch = await scratchDir('cutover-mailout-');
  resend = await startFakeResend();
});
afterEach(async () => {
  await resend.stop();
  await scratch.remove();
});

const moment = '2026-01-01T00:00:00Z';
const all: Person[] = [
  { number: 1 },
  { number: 2, profile: { githubUserId: '7' } },
  { number: 3, profile: { signedInAt: moment } },
  { number: 4, profile: { email: '' } },
  { number: 5, profile: null },
  { number: 6, level: 'Disabled' },
  { number: 7, level: 'Contact' },
  { number: 8, profile: { disabled: true } },
  { number: 9, profile: { unsubscribedAt: moment, newsletter: false } },
  { number: 10, profile: { newsletter: false } },
  { number: 11, isGone: true },
  { number: 12, isGone: true },
  { number: 13, profile: { email: ' P1@EXAMPLE.org ' } },
  { number: 14, profile: { email: 'P9@Example.ORG' } },
  { number: 15, id: '01890000-0000-7000-8000-000000000000' },
  { number: 16, profile: { email: 'not an address' } },
  { number: 17, profile: { email: 'a@b.org\r\nBcc: c@d.org' } },
  { number: 18 },
  { number: 19 },
];

describe('recipients', () => {
  it('are those whom nothing speaks against; everybody else is counted with the reason, and all add up', async () => {
    const stores = await storesWith(scratch.dir, all);
    await stores.privateStore.update('pruned', idOf(12), () => ({
      id: idOf(12),
      sheet: 'people',
      at: moment,
      by: 'x',
      run: 'r',
    }));
    const list = join(scratch.dir, 'list.txt');
    await writeFile(list, '# asked by mail\nP18@Example.org # and a comment\n');
    resend.suppressed = [
      ...Array.from({ length: 250 }, (_, n) => `other${n}@example.org`),
      'p19@example.org',
    ];
    const suppressions = new Suppressions();
    await addFile(suppressions, list);
    expect(await addResendList(suppressions, resendClient(resend.apiKey, resend.url))).toBe(251);
    const { recipients, people, leftOut } = await select(stores, { suppressions });
    expect(leftOut).toEqual({
      'linked to GitHub': 1,
      'signed in since the cutover': 1,
      'no address': 2,
      'may not sign in: the account is Disabled': 1,
      'may not sign in: the account is Contact': 1,
      'may not sign in: the account was disabled on the new site': 1,
      unsubscribed: 2,
      'not subscribed': 1,
      'deleted: there is no public record any more': 1,
      pruned: 1,
      'another account with the same address gets it': 1,
      'made on the new site': 1,
      'an address that cannot be one': 2,
      'suppressed by the file': 1,
      "suppressed by Resend's list": 1,
    });
    expect(recipients).toHaveLength(1);
    expect([idOf(1), idOf(13)]).toContain(recipients[0]!.id);
    const sum = Object.values(leftOut).reduce((a, b) => a + b, recipients.length);
    expect([sum, people]).toEqual([all.length, all.length]);
  });

  it('a notice about the account goes to who never subscribed, not to who unsubscribed', async () => {
    const stores = await storesWith(scratch.dir, all.slice(8, 10));
    const { recipients, leftOut } = await select(stores, { isServiceMail: true });
    expect([recipients.map(({ id }) => id), leftOut]).toEqual([[idOf(10)], { unsubscribed: 1 }]);
  });

  it('--only leaves the others out, and what was begun for them may be finished', async () => {
    const stores = await storesWith(scratch.dir, [{ number: 1 }, { number: 2 }]);
    const { recipients, leftOut, eligible } = await select(stores, { only: new Set([idOf(2)]) });
    expect([recipients.map(({ id }) => id), leftOut, eligible.size]).toEqual([
      [idOf(2)],
      { 'not in --only': 1 },
      2,
    ]);
  });

  it('there are none on a branch that does not exist', async () => {
    const stores = await storesWith(scratch.dir, []);
    await expect(select(stores, { branch: 'none' })).rejects.toMatchObject({
      code: 'branch-missing',
      exitCode: 64,
    });
  });
});

describe('suppressions', () => {
  it('a file with a line that is no address is refused by its line, without the text', async () => {
    const list = join(scratch.dir, 'list.txt');
    await writeFile(list, 'a@example.org\nsomebody\n');
    await expect(addFile(new Suppressions(), list)).rejects.toMatchObject({
      code: 'suppress-list-invalid',
      message: expect.stringMatching(/line 2 is no address$/) as string,
    });
    await expect(addFile(new Suppressions(), `${list}.none`)).rejects.toMatchObject({
      code: 'suppress-list-missing',
    });
  });

  it("Resend's list that cannot be read is no empty list", async () => {
    resend.suppressed = { status: 403, name: 'restricted_api_key' };
    const read = addResendList(new Suppressions(), resendClient(resend.apiKey, resend.url));
    await expect(read).rejects.toMatchObject({ code: 'resend-list-unread', exitCode: 2 });
  });
});
