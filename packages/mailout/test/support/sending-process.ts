/**
 * Sends a campaign in a process of its own, and kills itself at a step: `dir url key batch kind nth`, where
 * `kind` is the step's name and `nth` how often it is passed before; `-` for no kill. Ends with exit code 0.
 */
import { join } from 'node:path';
import { openPrivateStore, openPublicStore } from '@cutover/stores';
import { resendClient, resendSender, sendCampaign, withCampaign } from '../../src/index.ts';
import { line, renderer, select } from './campaign.ts';

const [dir = '', url = '', key = '', batch = '1', kind = '-', nth = '0'] = process.argv.slice(2);
let passed = 0;
const privateStore = await openPrivateStore(join(dir, 'private'));
const stores = { publicStore: await openPublicStore(join(dir, 'public.git')), privateStore };
const chosen = await select(stores);
await withCampaign(join(dir, 'campaign'), line(), privateStore, (journal) =>
  sendCampaign({
    journal,
    send: resendSender(resendClient(key, url)),
    recipients: chosen.recipients,
    eligible: chosen.eligible,
    batchSize: Number(batch),
    render: renderer(journal.campaign.claimUntil),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 20))),
    onStep: (step) => {
      if (step === kind && passed++ === Number(nth)) process.kill(process.pid, 'SIGKILL');
    },
  }),
);
