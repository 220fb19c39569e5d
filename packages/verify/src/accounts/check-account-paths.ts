import { randomInt } from 'node:crypto';
import { type Check, concludeCheck, type Finding, messageOf } from '@cutover/core';
import { Browser } from './browser.ts';

/** A stand-in for GitHub that the site under test signs people in with; it says who they are. */
export interface GithubStandIn {
  user:
    | {
        readonly id: number;
        readonly login: string;
        readonly emails: readonly {
          readonly email: string;
          readonly primary: boolean;
          readonly verified: boolean;
        }[];
      }
    | undefined;
}

export interface MadeAccount {
  /** Id of the person's record. */
  readonly id: string;
  readonly login: string;
  readonly email: string;
  /** Its old password. */
  readonly password: string;
}

/** Accounts made for this: each is claimed, and of no use afterwards. */
export interface MadeAccounts {
  readonly byEmail: MadeAccount;
  readonly byPassword: MadeAccount;
  /** Whoever owned the address cannot read mail there any more. */
  readonly deadEmail: MadeAccount;
  readonly staff: MadeAccount;
}

export interface AccountPathsInput {
  readonly url: string;
  readonly github: GithubStandIn;
  readonly accounts: MadeAccounts;
}

/**
 * Walks the three ways to an old account from the first page to being signed in: the address that GitHub vouches for,
 * the old password, and staff's decision. Each way is tried with what must not open it first.
 */
export async function checkAccountPaths(input: AccountPathsInput): Promise<Check[]> {
  const walks = new Walks(input);
  return [
    await concluded(
      'account-email',
      'An address that GitHub vouches for opens the account, another does not',
      () => walks.byEmail(),
    ),
    await concluded(
      'account-password',
      'The old password opens the account, a wrong one does not, and it is spent',
      () => walks.byPassword(),
    ),
    await concluded(
      'account-review',
      "An account with a dead address is opened by staff's decision, and by nothing before",
      () => walks.deadEmail(),
    ),
  ];
}

/** What was expected at a step, and what came. */
type Step = readonly [what: string, expected: unknown, actual: unknown];

async function concluded(id: string, title: string, walk: () => Promise<readonly Step[]>): Promise<Check> {
  let steps: readonly Step[] = [];
  let couldNotTell: string | undefined;
  try {
    steps = await walk();
  } catch (error) {
    couldNotTell = messageOf(error);
  }
  const findings: Finding[] = steps
    .filter(([, expected, actual]) => expected !== actual)
    .map(([what, expected, actual]) => ({
      code: `${id}-wrong`,
      message: `${what}: expected ${String(expected)}, got ${String(actual)}`,
      subject: what,
      expected,
      actual: actual ?? null,
    }));
  return concludeCheck({
    id,
    title,
    looked: steps.length,
    expected: steps.length,
    actual: steps.length - findings.length,
    findings,
    couldNotTell,
  });
}

class Walks {
  readonly #input: AccountPathsInput;
  /** Numbers that GitHub has not come to, others on each walk. */
  #githubIds = 900_000_000_000 + randomInt(1e9) * 10;
  /** GitHub account that the one claimed by password belongs to. */
  #claimed: number | undefined;

  constructor(input: AccountPathsInput) {
    this.#input = input;
  }

  async byEmail(): Promise<Step[]> {
    const { byEmail } = this.#input.accounts;
    const steps: Step[] = [];
    const unverified = await this.#arrive('cutover-email', byEmail.email, false);
    steps.push(['an address that GitHub has not verified', undefined, await me(unverified)]);
    const visitor = await this.#arrive('cutover-email', byEmail.email, true);
    steps.push(['the verified address', byEmail.id, await me(visitor)]);
    const again = await this.#arrive('renamed', undefined, true, this.#githubIds);
    steps.push(['the same GitHub account, renamed and without the address', byEmail.id, await me(again)]);
    return steps;
  }

  async byPassword(): Promise<Step[]> {
    const { byPassword } = this.#input.accounts;
    const { login, password } = byPassword;
    const steps: Step[] = [];
    const visitor = await this.#arrive(login, undefined, true);
    this.#claimed = this.#githubIds;
    steps.push(['the username alone', undefined, await me(visitor)]);
    const wrong = await visitor.post('/api/auth/github/claim', { login, password: `${password}-wrong` });
    steps.push(
      ['a wrong password', 401, wrong.status],
      ['signed in with a wrong password', undefined, await me(visitor)],
    );
    const right = await visitor.post('/api/auth/github/claim', { login, password });
    steps.push(['the old password', 200, right.status], ['signed in', byPassword.id, await me(visitor)]);
    const spent = await new Browser(this.#input.url).post('/api/auth/sign-in', { login, password });
    steps.push(['the old password once the account was claimed', 401, spent.status]);
    return steps;
  }

  async deadEmail(): Promise<Step[]> {
    const { deadEmail, staff, byPassword } = this.#input.accounts;
    const steps: Step[] = [];
    const visitor = await this.#arrive('cutover-elsewhere', 'somewhere-else@example.org', true);
    const githubId = this.#githubIds;
    steps.push(['a stranger to the site', undefined, await me(visitor)]);
    const asked = await visitor.post('/api/auth/github/review', {
      login: deadEmail.login,
      message: 'a verification',
    });
    steps.push(['asking staff', 202, asked.status], ['signed in by asking', undefined, await me(visitor)]);
    const other = new Browser(this.#input.url);
    steps.push([
      'the list of requests without being staff',
      401,
      (await other.get('/api/staff/claims')).status,
    ]);
    const claimed = await this.#arrive(byPassword.login, undefined, true, this.#claimed);
    steps.push(['the list of requests as a member', 403, (await claimed.get('/api/staff/claims')).status]);
    const desk = new Browser(this.#input.url);
    const signedIn = await desk.post('/api/auth/sign-in', { login: staff.login, password: staff.password });
    steps.push(['staff signs in', 200, signedIn.status]);
    const claims = (await desk.get('/api/staff/claims')).json['claims'];
    const claim = (Array.isArray(claims) ? (claims as Record<string, unknown>[]) : []).find(
      ({ personId, status }) => personId === deadEmail.id && status === 'open',
    );
    steps.push(['the request is on the list', true, claim !== undefined]);
    const approved = await desk.post(`/api/staff/claims/${String(claim?.['id'])}/approve`, {
      reason: 'a verification',
    });
    steps.push(['staff approves', 200, approved.status]);
    const back = await this.#arrive('cutover-elsewhere', undefined, true, githubId);
    steps.push(['signed in after the approval', deadEmail.id, await me(back)]);
    return steps;
  }

  /** Signs a visitor in at GitHub and comes back; a fresh GitHub account unless an id is given. */
  async #arrive(login: string, email: string | undefined, verified: boolean, id?: number): Promise<Browser> {
    const { github, url } = this.#input;
    const emails = email === undefined ? [] : [{ email, primary: true, verified }];
    github.user = { id: id ?? ++this.#githubIds, login, emails };
    const visitor = new Browser(url);
    const away = await visitor.get('/api/auth/github?return=/');
    if (away.status !== 303 || away.location === undefined)
      throw new Error(`the way to GitHub answers ${away.status}: is the site set up to sign in with GitHub?`);
    const there = await new Browser(away.location).get(pathOf(away.location));
    if (there.location === undefined)
      throw new Error(`GitHub answers ${there.status} instead of sending back`);
    await visitor.get(pathOf(there.location));
    return visitor;
  }
}

async function me(visitor: Browser): Promise<unknown> {
  const answer = await visitor.get('/api/auth/me');
  return answer.status === 200 ? answer.json['id'] : undefined;
}

function pathOf(url: string): string {
  const { pathname, search } = new URL(url, 'http://localhost');
  return `${pathname}${search}`;
}
