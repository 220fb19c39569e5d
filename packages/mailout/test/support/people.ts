import { join } from 'node:path';
import { laddrTarget } from '@cutover/laddr';
import { type PrivateRecord, recordId, recordPath, type StoredRecord, writeToml } from '@cutover/records';
import { openPrivateStore, openPublicStore, type PrivateStore, type PublicStore } from '@cutover/stores';

export interface Person {
  readonly number: number;
  readonly id?: string;
  readonly level?: string;
  readonly firstName?: string;
  readonly createdAt?: string;
  readonly hasPassword?: boolean;
  /** null: no private record. */
  readonly profile?: Readonly<Record<string, string | boolean>> | null;
  /** Only the private record is left. */
  readonly isGone?: boolean;
}

export const idOf = (number: number): string =>
  recordId('laddr', 'laddr', { source: 'people', key: [String(number)] });

export interface Stores {
  readonly publicStore: PublicStore;
  readonly privateStore: PrivateStore;
}

/** Real stores in a folder with these people; by default each has an address of their own and gets the newsletter. */
export async function storesWith(dir: string, people: readonly Person[]): Promise<Stores> {
  const publicStore = await openPublicStore(join(dir, 'public.git'), { create: true });
  const privateStore = await openPrivateStore(join(dir, 'private'), { create: true });
  const sheet = laddrTarget.sheets.find(({ name }) => name === 'people')!;
  const writer = await publicStore.writeTree();
  const profiles: PrivateRecord[] = [];
  for (const person of people) {
    const id = person.id ?? idOf(person.number);
    const record = {
      id,
      legacyId: person.number,
      slug: `p-${person.number}`,
      accountLevel: person.level ?? 'User',
      ...(person.firstName === undefined ? {} : { firstName: person.firstName }),
      ...(person.createdAt === undefined ? {} : { createdAt: person.createdAt }),
    } as StoredRecord;
    if (person.isGone !== true) writer.put(recordPath('people', sheet.path, record), writeToml(record));
    if (person.profile === null) continue;
    profiles.push({
      id,
      email: `p${person.number}@example.org`,
      newsletter: true,
      unsubscribeToken: 't',
      ...person.profile,
    });
  }
  const tree = await writer.finish();
  await publicStore.commit('main', { tree, message: 'people', expected: await publicStore.head('main') });
  const passwords = people
    .filter(({ hasPassword }) => hasPassword === true)
    .map((person) => ({ id: person.id ?? idOf(person.number), hash: 'a'.repeat(40) }));
  await privateStore.edit(
    [
      ...profiles.map((record) => ({ sheet: 'profiles', id: record.id, change: () => record })),
      ...passwords.map((record) => ({ sheet: 'legacy-passwords', id: record.id, change: () => record })),
    ],
    'people',
  );
  return { publicStore, privateStore };
}
