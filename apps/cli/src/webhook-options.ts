import { type Notifier, type WebhookFormat, webhookNotifier, type WebhookOptions } from '@cutover/runs';
import { type Command, Option } from 'commander';
import { environment } from './environment.ts';
import { httpUrl } from './options.ts';
import type { Output } from './output.ts';

/** Who is told how a run goes. */
export interface TellOptions {
  readonly webhook?: string;
  readonly webhookFormat?: WebhookFormat;
  readonly notify: 'problems' | 'all';
}

export function withTellOptions(command: Command): Command {
  return command
    .option(
      '--webhook <url>',
      'tell this address how it goes; CUTOVER_WEBHOOK where the address is a secret',
      httpUrl,
    )
    .addOption(
      new Option('--webhook-format <format>', 'what is posted; by default that of the host').choices([
        'json',
        'slack',
        'discord',
      ]),
    )
    .addOption(new Option('--notify <what>', 'what is told').choices(['problems', 'all']).default('all'));
}

/** Undefined where nobody is told. An address of a chat lets whoever has it post there: it is never shown. */
export function webhookOf(options: TellOptions): WebhookOptions | undefined {
  const url = options.webhook ?? environment('CUTOVER_WEBHOOK');
  if (url === undefined) return undefined;
  const secret = environment('CUTOVER_WEBHOOK_SECRET');
  return {
    url,
    only: options.notify,
    ...(options.webhookFormat === undefined ? {} : { format: options.webhookFormat }),
    ...(secret === undefined ? {} : { secret }),
  };
}

export function notifierOf(options: TellOptions, out: Output): Notifier | undefined {
  const webhook = webhookOf(options);
  if (webhook === undefined) return undefined;
  return webhookNotifier({
    ...webhook,
    onLost: (reason) => out.note(`the webhook was not told: ${reason}`),
  });
}
