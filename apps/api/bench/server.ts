import { laddr } from '@cutover/laddr';
import { openPublicStore } from '@cutover/stores';
import fastify from 'fastify';
import { startApi } from '../src/index.ts';

/** `server.ts api DIR` or `server.ts bare`: listens and prints its address. Any message is answered with its processor time. */
process.on('message', () => process.send!(process.cpuUsage()));
const [mode, dir = ''] = process.argv.slice(2);
if (mode === 'bare') {
  const app = fastify();
  const record = {
    sheet: 'people',
    path: '/members/member-1',
    record: { id: 'x', slug: 'member-1', about: 'y'.repeat(400) },
  };
  app.get('/bare/:slug', async () => record);
  process.stdout.write(`${await app.listen({ host: '127.0.0.1', port: 0 })}\n`);
} else {
  const privateStore = {
    async *read() {
      yield* [];
    },
    update: () => Promise.resolve(),
    edit: () => Promise.resolve(),
  };
  const publicStore = await openPublicStore(dir);
  const options = {
    profile: laddr,
    publicStore,
    privateStore,
    branch: 'main',
    version: 'bench',
    trustProxy: true,
    requestLimit: { max: 1e9, windowMs: 60_000 },
  };
  process.stdout.write(`${(await startApi({ ...options, host: '127.0.0.1', port: 0 })).url}\n`);
}
