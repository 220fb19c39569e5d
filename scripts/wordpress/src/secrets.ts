import type { SecretColumn } from '@cutover/records';

const keys =
  /^(?:(?:secure_)?auth|logged_in|nonce)_(?:key|salt)$|^secret_key$|^mailserver_pass$|^recovery_keys$/;
const tokens = /^session_tokens$|_application_passwords$/;

/** Credentials, in tables of any prefix: those of a foreign installation are no less secret. */
export const secrets: readonly SecretColumn[] = [
  { table: '*_users', column: 'user_pass' },
  { table: '*_users', column: 'user_activation_key' },
  { table: '*_signups', column: 'activation_key' },
  { table: '*_posts', column: 'post_password' },
  { table: '*_usermeta', column: 'meta_value', where: { column: 'meta_key', matches: tokens } },
  { table: '*_options', column: 'option_value', where: { column: 'option_name', matches: keys } },
  { table: '*_sitemeta', column: 'meta_value', where: { column: 'meta_key', matches: keys } },
  { table: '*_woocommerce_api_keys', column: 'consumer_key' },
  { table: '*_woocommerce_api_keys', column: 'consumer_secret' },
  { table: '*_woocommerce_payment_tokens', column: 'token' },
  { table: '*_woocommerce_sessions', column: 'session_value' },
  { table: '*_wc_webhooks', column: 'secret' },
];
