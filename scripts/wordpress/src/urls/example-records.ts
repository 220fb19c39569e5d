import type { StoredRecord } from '@cutover/records';

const id = (n: number): string => `00000000-0000-8000-8000-${String(n).padStart(12, '0')}`;

const site = (n: number, slug: string, home: string, more: object): StoredRecord => {
  const { hostname: host, pathname } = new URL(home);
  const path = pathname.slice(1);
  return {
    id: id(n),
    slug,
    blog: String(n),
    home,
    host,
    ...(path === '' ? {} : { path }),
    address: path === '' ? host : `${host}/${path}`,
    title: slug,
    ...more,
  };
};

const inSite = (n: number, slug: string, name: string) => ({
  site: slug,
  slug: `${slug}.${name}`,
  id: id(n),
  name,
});

const post = (n: number, of: string, key: string, path: string, name: string): StoredRecord => ({
  ...inSite(n, of, name),
  kind: path.includes('/page/') ? 'page' : 'post',
  legacyKey: key,
  legacyPath: path,
  title: name,
});

const attachment = (n: number, of: string, key: string, name: string, file: string): StoredRecord => ({
  ...inSite(n, of, name),
  legacyKey: key,
  legacyPath: `${key.split('/')[0]}/attachment/${name}`,
  legacyFile: file,
  title: name,
});

const term = (n: number, of: string, key: string, path: string, name: string): StoredRecord => ({
  ...inSite(n, of, name),
  slug: `${of}.${path.split('/')[1]}.${name}`,
  taxonomy: path.split('/')[1]!,
  legacyKey: key,
  legacyPath: path,
  title: name,
});

/** A network of four sites, each with another way to write permalinks. */
export const exampleRecords: Readonly<Record<string, readonly StoredRecord[]>> = {
  sites: [
    site(1, 'main', 'http://example.org', { permalinkStructure: '/%year%/%monthnum%/%day%/%postname%/' }),
    site(2, 'site-2', 'http://example.org/news', {
      permalinkStructure: '/%category%/%postname%/',
      categoryBase: '/topics',
      tagBase: 'labels',
    }),
    site(3, 'site-3', 'https://shop.example.org', { permalinkStructure: '/archives/%post_id%' }),
    site(4, 'site-4', 'http://plain.example.org', {}),
  ],
  authors: [{ id: id(10), slug: 'ann', legacyKey: '1', nicename: 'ann', displayName: 'Ann' }],
  posts: [
    post(20, 'main', '1/7', '1/post/hello-world', 'hello-world'),
    post(21, 'main', '1/8', '1/page/about', 'about'),
    post(22, 'main', '1/9', '1/page/about/team', 'team'),
    post(23, 'main', '1/10', '1/post/日本', '日本'),
    post(24, 'site-2', '2/7', '2/post/hello-world', 'hello-world'),
    post(25, 'site-3', '3/7', '3/post/7-sails', '7-sails'),
    post(26, 'site-4', '4/1', '4/post/first', 'first'),
  ],
  attachments: [
    attachment(30, 'main', '1/12', 'harbour', '1/2019/12/harbour.jpg'),
    attachment(31, 'site-2', '2/12', 'chart', '2/chart.png'),
  ],
  terms: [
    term(40, 'main', '1/category/3', '1/category/boats', 'boats'),
    term(41, 'main', '1/category/6', '1/category/boats/dinghies', 'dinghies'),
    term(42, 'main', '1/tag/4', '1/tag/sail', 'sail'),
    term(43, 'site-2', '2/category/3', '2/category/regatta', 'regatta'),
    term(44, 'site-2', '2/tag/4', '2/tag/sail', 'sail'),
    term(45, 'site-3', '3/category/2', '3/category/sails', 'sails'),
  ],
};
