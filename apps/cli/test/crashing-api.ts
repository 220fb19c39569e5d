import { startApi } from '@cutover/api';
import { laddr } from '@cutover/laddr';
import { openPrivateStore, openPublicStore } from '@cutover/stores';

// The API as a process of its own that dies, as by SIGKILL, at a chosen moment of a write to both stores:
// `before-commit` once the write is noted, `before-private` once the commit is made.
const [publicDir = '', privateUrl = '', moment = ''] = process.argv.slice(2);
const publicStore = await openPublicStore(publicDir);
const store = await openPrivateStore(privateUrl);
const die = (): Promise<never> => {
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => undefined);
};
const api = await startApi({
  profile: laddr,
  publicStore,
  privateStore: {
    claims: store.claims,
    read: (sheet) => store.read(sheet),
    update: (sheet, id, change) => store.update(sheet, id, change),
    edit: async (edits, why) => {
      const isEnd = edits.some(({ sheet }) => sheet === 'profiles');
      if (isEnd && moment === 'before-private') return die();
      await store.edit(edits, why);
      if (!isEnd && moment === 'before-commit') return die();
    },
  },
  branch: 'main',
  version: 'test',
  writable: true,
  sessionSecret: 'a secret of the tests, long enough',
  host: '127.0.0.1',
  port: 0,
});
process.stdout.write(`${api.url}\n`);
