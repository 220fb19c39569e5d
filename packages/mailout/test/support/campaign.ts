import { laddrTarget } from '@cutover/laddr';
import type { Stores } from './people.ts';
import {
  type Addressee,
  campaignLine,
  renderMessage,
  selectRecipients,
  Suppressions,
} from '../../src/index.ts';

export const secret = 'a secret of thirty-two characters';

export const select = (
  { publicStore, privateStore }: Stores,
  more: Partial<Parameters<typeof selectRecipients>[0]> = {},
) =>
  selectRecipients({
    target: laddrTarget,
    publicStore,
    privateStore,
    branch: 'main',
    suppressions: new Suppressions(),
    isServiceMail: false,
    ...more,
  });

export const line = (nowMs = Date.now()) => campaignLine('reminder', 'reminder', 30, nowMs);

export const renderer = (claimUntil: string) => (person: Addressee) =>
  renderMessage(
    {
      name: 'reminder',
      template: laddrTarget.mail!.templates['reminder']!,
      from: 'Site <hello@example.org>',
      site: 'https://example.org',
      secret,
      claimUntil,
    },
    person,
  );
