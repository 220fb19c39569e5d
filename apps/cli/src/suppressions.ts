import { addFile, addKnown, addResendList, resendClient, Suppressions } from '@cutover/mailout';
import type { PrivateStore } from '@cutover/stores';
import { environment } from './environment.ts';

/** Whom not to write to: what earlier mailouts learned, the operator's files, and Resend's own list with a key for it. */
export async function readSuppressions(
  store: Pick<PrivateStore, 'read'>,
  files: readonly string[] = [],
  resendKey?: string,
): Promise<{ readonly suppressions: Suppressions; readonly resendList: number | null }> {
  const suppressions = new Suppressions();
  await addKnown(suppressions, store);
  for (const path of files) await addFile(suppressions, path);
  if (resendKey === undefined) return { suppressions, resendList: null };
  const resendList = await addResendList(
    suppressions,
    resendClient(resendKey, environment('CUTOVER_RESEND_URL')),
  );
  return { suppressions, resendList };
}
