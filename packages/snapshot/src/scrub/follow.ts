import type { ScrubKey } from '../key.ts';
import { mentionsIn, type Mention } from '../text/follow-text.ts';
import type { Names } from './names.ts';
import { newId } from './new-id.ts';
import type { Pseudonyms } from './pseudonyms.ts';

/** What addresses and mentions become, so that they mean the same record as before. */
export interface FollowOptions {
  readonly key: ScrubKey;
  readonly names: Names;
  readonly pseudonyms: Pseudonyms;
  /** The name that a record goes by in addresses of the snapshot. */
  readonly nameOf: (sheet: string, id: string) => string;
  /** Hosts whose addresses are the site's own. */
  readonly siteHosts: readonly string[];
  /** The sheet whose records are people. */
  readonly people: string;
}

export class Follow {
  readonly #options: FollowOptions;

  constructor(options: FollowOptions) {
    this.#options = options;
  }

  /** What a text mentions, as it is called in the snapshot. */
  inText(text: string): string[] {
    return mentionsIn(text).map((mention) => this.#one(mention));
  }

  /** A path of the site: names of records follow, words of routes stay, anything else is made up. */
  path(path: string): string {
    const [whole = ''] = path.split(/[?#]/, 1);
    const { names, pseudonyms, nameOf } = this.#options;
    let folder: string | undefined;
    const segments = whole.split('/').map((segment) => {
      if (segment === '') return '';
      if (names.routeWords.has(segment.toLowerCase())) return (folder = segment.toLowerCase());
      const place = names.inPath(folder, decoded(segment));
      return place === undefined ? pseudonyms.handle(`segment ${segment}`) : nameOf(place.sheet, place.id);
    });
    return segments.join('/');
  }

  url(url: string): string {
    const { siteHosts, pseudonyms } = this.#options;
    if (URL.canParse(url)) {
      const { hostname, pathname } = new URL(url);
      if (siteHosts.includes(hostname.toLowerCase())) return `https://site.example${this.path(pathname)}`;
    }
    return pseudonyms.url(url);
  }

  email(email: string): string {
    const { names, pseudonyms, people } = this.#options;
    const person = names.byEmail(email);
    return person === undefined
      ? pseudonyms.email(`address ${email.toLowerCase()}`)
      : `${this.#options.nameOf(people, person)}@example.org`;
  }

  #one({ kind, text }: Mention): string {
    const { key, names, pseudonyms, nameOf, people } = this.#options;
    switch (kind) {
      case 'id':
        return newId(key, text.toLowerCase());
      case 'email':
        return this.email(text);
      case 'url':
        return this.url(text);
      case 'path':
        return this.path(text);
      case 'phone':
        return pseudonyms.phone(text.replaceAll(/\D/g, '').slice(-10));
      case 'mention': {
        const handle = text.slice(1);
        const person = names.person(handle);
        return `@${person === undefined ? pseudonyms.handle(`mention ${handle.toLowerCase()}`) : nameOf(people, person)}`;
      }
    }
  }
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
