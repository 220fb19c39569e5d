import type { Profile } from '@cutover/records';
import { excludedTables } from './excluded.ts';
import { rules } from './rules.ts';
import { scrub } from './scrub.ts';
import { secrets } from './secrets.ts';
import { comments } from './sources/comments.ts';
import { links } from './sources/links.ts';
import { options } from './sources/options.ts';
import { postmeta } from './sources/postmeta.ts';
import { posts } from './sources/posts.ts';
import { termRelationships } from './sources/term-relationships.ts';
import { termTaxonomy } from './sources/term-taxonomy.ts';
import { terms } from './sources/terms.ts';
import { usermeta } from './sources/usermeta.ts';
import { users } from './sources/users.ts';
import { wordpressTarget } from './target/index.ts';
import { examples } from './urls/examples.ts';
import { resolve } from './urls/resolve.ts';

/**
 * WordPress, one site or a network, whose tables begin with `prefix`. Accounts belong to the whole network;
 * everything else to a site, which is the scope.
 */
export function wordpressProfile(prefix: string): Profile {
  return {
    name: 'wordpress',
    version: 1,
    target: wordpressTarget,
    sources: [
      users(prefix),
      usermeta(prefix),
      options(prefix),
      posts(prefix),
      postmeta(prefix),
      terms(prefix),
      termTaxonomy(prefix),
      termRelationships(prefix),
      comments(prefix),
      links(prefix),
    ],
    excluded: excludedTables(prefix),
    rules,
    urls: { resolve, examples },
    scrub,
    secrets,
  };
}

/** WordPress with the prefix that its installer proposes. */
export const wordpress: Profile = wordpressProfile('wp_');
