import { type Check, concludeCheck, type Finding } from '@cutover/core';
import { type Answer, ask, type Probe, type Probes } from './probes.ts';

/** The questions of "exactly one", asked by probes: each of them can fail, and is unknown where a probe is. */
export async function checkExactlyOne(probes: Probes): Promise<Check[]> {
  const all = (list: readonly Probe[]): Promise<Answer[]> => Promise.all(list.map(ask));
  const instances = await all(probes.instances);
  const records = await all(probes.records);
  const [jobs, transitional] = [await all(probes.jobs), await all(probes.transitional)];
  return [
    oneInstance(instances, probes.home),
    oneRecord(records),
    noJobTwice(jobs),
    nothingBetween(transitional),
  ];
}

/** What `systemctl is-active` and most others say of what does not run. */
const notRunning = [1, 3];

function oneInstance(answers: readonly Answer[], home: string): Check {
  const running = answers.filter(({ code }) => code === 0).map(({ name }) => name);
  const unclear = answers.filter(({ code }) => code === null || (code !== 0 && !notRunning.includes(code)));
  const findings: Finding[] = running
    .filter((name) => name !== home)
    .map((name) => ({
      code: 'instance-elsewhere',
      message: `${name} runs, and only ${home} should`,
      subject: name,
      next: `stop ${name}, and look for what it did since the move`,
    }));
  if (!running.includes(home) && !unclear.some(({ name }) => name === home))
    findings.push({
      code: 'instance-missing',
      message: `${home} does not run`,
      subject: home,
      next: `start ${home}, once nothing else runs`,
    });
  return concludeCheck({
    id: 'one-instance',
    title: 'Exactly one instance runs, and it is the new one',
    looked: answers.length,
    expected: [home],
    actual: running,
    findings,
    couldNotTell: unclearOf(unclear),
  });
}

function oneRecord(answers: readonly Answer[]): Check {
  const unclear = answers.filter(({ code }) => code !== 0);
  const clear = answers.filter(({ code }) => code === 0);
  const places = new Set(clear.flatMap(({ lines }) => lines));
  const findings: Finding[] = [];
  for (const { name, lines } of clear) {
    if (lines.length === 1) continue;
    findings.push({
      code: lines.length === 0 ? 'record-missing' : 'record-twice',
      message: `${name} has ${lines.length} records of the site: ${lines.slice(0, 5).join(', ') || 'none'}`,
      subject: name,
      next: `leave the one record in ${name} that names the new host`,
    });
  }
  if (places.size > 1 && findings.length === 0)
    findings.push({
      code: 'record-differs',
      message: `the records name different places: ${[...places].slice(0, 5).join(', ')}`,
      next: 'correct those that name the old one',
    });
  return concludeCheck({
    id: 'one-record',
    title: 'There is exactly one record of the site, the same everywhere',
    looked: clear.length,
    expected: 1,
    actual: places.size,
    findings,
    evidence: { places: [...places].slice(0, 20) },
    couldNotTell: unclearOf(unclear),
  });
}

function noJobTwice(answers: readonly Answer[]): Check {
  const unclear = answers.filter(({ code }) => code !== 0);
  const runs = new Map<string, string[]>();
  for (const { name, lines } of answers)
    for (const id of lines) {
      const before = runs.get(id);
      if (before === undefined) runs.set(id, [name]);
      else before.push(name);
    }
  function* twice(): Generator<Finding> {
    for (const [id, where] of runs)
      if (where.length > 1)
        yield {
          code: 'job-twice',
          message: `the job ${id} was run ${where.length} times: ${where.slice(0, 5).join(', ')}`,
          subject: id,
          next: 'see what its second run did (a mail, a payment), and undo or tell it',
        };
  }
  return concludeCheck({
    id: 'no-job-twice',
    title: 'No job was run twice',
    looked: runs.size,
    expected: 0,
    actual: [...runs.values()].filter((where) => where.length > 1).length,
    findings: twice(),
    evidence: { jobs: runs.size },
    couldNotTell: unclearOf(unclear),
  });
}

function nothingBetween(answers: readonly Answer[]): Check {
  const unclear = answers.filter(({ code }) => code !== 0);
  const stuck = answers.flatMap(({ name, lines }) => lines.map((line) => ({ name, line })));
  return concludeCheck({
    id: 'nothing-in-between',
    title: 'Nothing is stuck between two states',
    looked: answers.length,
    expected: 0,
    actual: stuck.length,
    findings: stuck.map(({ name, line }) => ({
      code: 'in-between',
      message: `${name}: ${line.slice(0, 300)}`,
      subject: name,
      next: 'bring it to its end, or back, by the means of that system',
    })),
    couldNotTell: unclearOf(unclear),
  });
}

function unclearOf(unclear: readonly Answer[]): string | undefined {
  if (unclear.length === 0) return undefined;
  return unclear.map(({ name, said }) => `${name} cannot be told: ${said}`).join('; ');
}
