import { type Check, concludeCheck, FindingList } from '@cutover/core';
import { refusingStatuses } from '../freeze/canary.ts';
import { Site } from '../http.ts';

export interface WritersInput {
  /** The public site, by whose name each host is asked. */
  readonly url: string;
  /** Hosts that could take writes: `IP` or `IP:port`, by a name for the report. */
  readonly hosts: Readonly<Record<string, string>>;
  /** Which of them is to be the one that does; absent: none may, as while everything is frozen. */
  readonly writer?: string | undefined;
  /** A harmless write, e.g. a sign-in with a wrong password. */
  readonly path: string;
  readonly body?: unknown;
  readonly refusedBy?: readonly number[];
}

/** Whether exactly one host takes writes: the others, the old one among them, answer that they do not. */
export async function checkWriters(input: WritersInput): Promise<Check> {
  const findings = new FindingList();
  const told: Record<string, unknown> = {};
  const why: string[] = [];
  for (const [name, via] of Object.entries(input.hosts)) {
    const site = new Site(input.url, { via });
    const answer = await site.request(input.path, { method: 'POST', body: input.body ?? {} });
    const silence = site.couldNotTell();
    await site.close();
    if (answer === undefined) {
      // Nobody there takes no writes either; but whether it is off or only out of reach cannot be told from here.
      why.push(`${name}: ${silence}`);
      continue;
    }
    told[name] = answer.status;
    const refuses = (input.refusedBy ?? refusingStatuses).includes(answer.status);
    if (refuses === (name !== input.writer)) continue;
    findings.add({
      code: refuses ? 'writer-refuses' : 'second-writer',
      message: refuses
        ? `${name} is to take writes and answers ${answer.status}`
        : `${name} takes writes (it answers ${answer.status})${input.writer === undefined ? '' : `, as ${input.writer} does`}`,
      subject: name,
      expected: refuses ? 'takes writes' : 'refuses writes',
      actual: answer.status,
      next: refuses
        ? 'open it, or name another writer'
        : 'stop it before anything else: what is written there is lost',
    });
  }
  if (input.writer !== undefined && input.hosts[input.writer] === undefined) {
    findings.add({
      code: 'writer-unknown',
      message: `${input.writer} is none of the hosts`,
      subject: input.writer,
    });
  }
  return concludeCheck({
    id: 'routing-writers',
    title: input.writer === undefined ? 'No host takes writes' : 'Exactly one host takes writes',
    looked: Object.keys(told).length,
    expected: input.writer ?? 'none',
    actual: told,
    findings,
    couldNotTell: why.length === 0 ? undefined : why.join('; '),
  });
}
