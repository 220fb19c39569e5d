export { addResendList, readEvents } from './ask-resend.ts';
export {
  type AccountState,
  accountStates,
  type Coverage,
  coverage,
  type CoverageInput,
} from './coverage/coverage.ts';
export { coverageAsHtml } from './coverage/coverage-html.ts';
export { askTexts } from './domain/ask.ts';
export { checkSenderDomain, type SenderDomain, senderDomain } from './domain/check-sender.ts';
export {
  type CampaignLine,
  Journal,
  type JournalEntry,
  type JournalLine,
  type MailState,
  type OpenBatch,
} from './journal.ts';
export { type Addressee, type Campaign, type Message, renderMessage } from './message.ts';
export { assertSameTemplate, campaignLine, withCampaign } from './open-campaign.ts';
export { sampleOf, writePreviews } from './previews.ts';
export { addressDigest, mailTarget, type Recipients, selectRecipients } from './recipients.ts';
export { safeName } from './safe-name.ts';
export { remainingOf, sendCampaign } from './send-campaign.ts';
export { type Answer, maxBatch, resendClient, resendSender, type Sender } from './sender.ts';
export { addFile, addKnown, listOf, Suppressions, suppressionsSheet } from './suppressions.ts';
