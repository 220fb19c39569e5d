export { wordpress, wordpressProfile } from './profile.ts';

/** A made-up dump of a network of three sites with the awkward rows of a long life, as mysqldump writes one. */
export const sampleDump = new URL('../sample/wordpress.sql', import.meta.url);
