import { type Check, combineOutcomes, CutoverError, exitCodes, type Outcome } from '@cutover/core';
import { askTexts, checkSenderDomain, senderDomain } from '@cutover/mailout';
import type { Command } from 'commander';
import type { Output } from './output.ts';

export interface SenderOptions {
  readonly from: string;
  readonly dkimSelector: string;
  readonly returnPath?: string;
  readonly resolver?: string[];
  readonly withoutSenderChecks?: boolean;
}

export function withSenderOptions(command: Command): Command {
  return command
    .option('--dkim-selector <name>', 'name of the DKIM key of the sender', 'resend')
    .option('--return-path <domain>', 'domain that bounces go to; by default send.<domain of --from>')
    .option(
      '--resolver <address...>',
      'DNS servers to ask about the sender; by default those of this machine',
    )
    .option('--without-sender-checks', 'do not look at SPF, DKIM and DMARC of the sender');
}

/** SPF, DKIM and DMARC of the sender; none where nobody wants them looked at. */
export async function lookAtSender(options: SenderOptions, out: Output): Promise<readonly Check[]> {
  if (options.withoutSenderChecks === true) {
    out.note('SPF, DKIM and DMARC of the sender were not looked at');
    return [];
  }
  const domain = senderDomain(options.from, {
    selector: options.dkimSelector,
    ...(options.returnPath === undefined ? {} : { returnPath: options.returnPath }),
  });
  const checks = await checkSenderDomain(domain, askTexts(options.resolver));
  for (const check of checks) out.check(check);
  return checks;
}

export const senderOutcome = (checks: readonly Check[]): Outcome =>
  checks.length === 0 ? 'holds' : combineOutcomes(checks.map(({ outcome }) => outcome));

/** Throws CutoverError `mailout-sender`: what is taken for junk once cannot be sent a second time. */
export async function assertSender(options: SenderOptions, out: Output): Promise<void> {
  const open = (await lookAtSender(options, out)).filter(({ outcome }) => outcome !== 'holds');
  if (open.length === 0) return;
  const findings = open.flatMap((check) => check.findings);
  const reasons = [
    ...findings.map(({ message }) => message),
    ...open.flatMap(({ couldNotTell }) => couldNotTell ?? []),
  ];
  const steps = findings.map(({ next }) => next);
  throw new CutoverError('mailout-sender', `nothing was sent: ${reasons.join('; ')}`, {
    next: `${steps.length === 0 ? 'try again where DNS can be reached' : steps.join('; ')}; or --without-sender-checks, where you know better`,
    data: { checks: open },
    exitCode: exitCodes.preflightFailed,
  });
}
