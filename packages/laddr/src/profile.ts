import type { Profile } from '@cutover/records';
import { carryBack } from './carry-back/index.ts';
import { excludedTables, rules } from './excluded.ts';
import { files } from './files.ts';
import { history } from './history.ts';
import { saml } from './saml.ts';
import { scrub } from './scrub.ts';
import { comments } from './sources/comments.ts';
import { contentItems } from './sources/content-items.ts';
import { content } from './sources/content.ts';
import { media } from './sources/media.ts';
import { people } from './sources/people.ts';
import { projectBuzz } from './sources/project-buzz.ts';
import { projectMembers } from './sources/project-members.ts';
import { projectUpdates } from './sources/project-updates.ts';
import { projects } from './sources/projects.ts';
import { redirects } from './sources/redirects.ts';
import { tagItems } from './sources/tag-items.ts';
import { tags } from './sources/tags.ts';
import { laddrTarget } from './target/index.ts';
import { examples } from './urls/examples.ts';
import { resolve } from './urls/resolve.ts';

/** All that is known of laddr, a PHP and MySQL site for civic-hacking brigades. */
export const laddr: Profile = {
  name: 'laddr',
  version: 1,
  target: laddrTarget,
  sources: [
    people,
    projects,
    projectMembers,
    projectUpdates,
    projectBuzz,
    tags,
    tagItems,
    content,
    contentItems,
    media,
    comments,
    redirects,
  ],
  excluded: excludedTables,
  rules,
  identity: { source: 'people', column: 'Username', sheet: 'people', field: 'slackSamlNameId' },
  saml,
  urls: {
    resolve,
    examples,
    parameters: ['ID', 'ProjectID', 'tag', 'stage', 'format', 'channel'],
  },
  mergeRules: [
    { field: 'modifiedAt', take: 'greater', reason: 'the last change is the later one of the two' },
    { field: 'modifierId', take: 'main', reason: 'after the move changes are made on the new side' },
  ],
  secrets: [
    { table: 'people', column: 'Password' },
    { table: 'history_people', column: 'Password' },
    { table: 'sessions', column: 'Handle' },
    { table: 'tokens', column: 'Handle' },
  ],
  knownAccounts: ['admin', 'staff', 'user', 'system'].map((login) => ({ login, password: login })),
  files,
  history,
  scrub,
  carryBack,
};
