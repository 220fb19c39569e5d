import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { recordPath, type StoredRecord, writeToml } from '@cutover/records';
import { git } from '@cutover/stores';
import { laddr } from '@cutover/laddr';

const sheet = laddr.target.sheets.find(({ name }) => name === 'people')!;

export function person(number: number): StoredRecord {
  const hex = number.toString(16).padStart(12, '0');
  // The first byte spreads people over 256 folders, as imported ids do.
  const shard = ((number * 2654435761) % 256).toString(16).padStart(2, '0');
  return {
    id: `${shard}000000-0000-8000-8000-${hex}`,
    slug: `member-${number}`,
    legacyId: number,
    legacyHandle: `Member.${number}`,
    slackSamlNameId: `Member.${number}`,
    firstName: `First${number}`,
    lastName: `Last${number}`,
    about: `Member ${number} maps bus stops, mends bicycles and writes about both.`,
    accountLevel: 'User',
    createdAt: '2014-03-02T10:11:12Z',
    modifiedAt: '2019-07-08T09:10:11Z',
  };
}

/** A bare repository with so many people on `main`; gives the bytes of their records. */
export async function makeRepository(dir: string, people: number): Promise<number> {
  await git('.', ['init', '--quiet', '--bare', '--initial-branch=main', dir]);
  const child = spawn('git', ['-C', dir, 'fast-import', '--quiet', '--done'], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  const put = async (text: string): Promise<void> => {
    if (!child.stdin.write(text)) await once(child.stdin, 'drain');
  };
  await put('commit refs/heads/main\ncommitter bench <bench@localhost> 0 +0000\ndata 0\n');
  let sizeBytes = 0;
  for (let number = 1; number <= people; number++) {
    const record = person(number);
    const text = writeToml(record);
    const bytes = Buffer.byteLength(text);
    sizeBytes += bytes;
    await put(`M 100644 inline ${recordPath('people', sheet.path, record)}\ndata ${bytes}\n${text}\n`);
  }
  await put('done\n');
  child.stdin.end();
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(`git fast-import ended with ${code}`);
  return sizeBytes;
}
