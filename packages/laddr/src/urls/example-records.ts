import type { StoredRecord } from '@cutover/records';

const id = (number: number): string => `00000000-0000-8000-8000-${String(number).padStart(12, '0')}`;

/** Written by hand: a few records of each sheet, as an import leaves them. */
export const exampleRecords: Readonly<Record<string, readonly StoredRecord[]>> = {
  people: [
    { id: id(1), legacyId: 7, slug: 'jane-doe', legacyHandle: 'Jane.Doe', slackSamlNameId: 'Jane.Doe' },
    { id: id(2), legacyId: 8, slug: 'jane-doe-8', legacyHandle: 'jane-doe', slackSamlNameId: 'jane-doe' },
    { id: id(3), legacyId: 9, slug: 'zoe', legacyHandle: 'Zoë', slackSamlNameId: 'Zoë' },
    { id: id(4), legacyId: 10, slug: 'person-10' },
    { id: id(5), legacyId: 11, slug: 'олена', legacyHandle: 'Олена', slackSamlNameId: 'Олена' },
    { id: id(6), legacyId: 12, slug: 'sam', legacyHandle: 'sam', slackSamlNameId: 'sam' },
    { id: id(7), legacyId: 13, slug: 'person-12', legacyHandle: '12', slackSamlNameId: '12' },
  ],
  projects: [
    { id: id(21), legacyId: 1, slug: 'laddr', legacyHandle: 'laddr', title: 'Laddr' },
    { id: id(22), legacyId: 2, slug: 'bike-map', legacyHandle: 'Bike_Map', title: 'Bike Map' },
    { id: id(23), legacyId: 3, slug: 'project-311', legacyHandle: '311', title: '311' },
    { id: id(24), legacyId: 311, slug: 'parks', legacyHandle: 'parks', title: 'Parks' },
    { id: id(25), legacyId: 4, slug: 'food-4', legacyHandle: 'food', title: 'Food' },
    { id: id(26), legacyId: 5, slug: 'food', legacyHandle: 'Food!', title: 'Food!' },
  ],
  'project-updates': [
    {
      id: id(31),
      legacyId: 90,
      slug: 'laddr.1',
      projectId: id(21),
      projectSlug: 'laddr',
      number: 1,
      numberSlug: '1',
    },
    {
      id: id(32),
      legacyId: 91,
      slug: 'bike-map.2',
      projectId: id(22),
      projectSlug: 'bike-map',
      number: 2,
      numberSlug: '2',
    },
    {
      id: id(33),
      legacyId: 92,
      slug: 'bike-map.2-92',
      projectId: id(22),
      projectSlug: 'bike-map',
      number: 2,
      numberSlug: '2-92',
    },
  ],
  'project-buzz': [
    {
      id: id(41),
      legacyId: 5,
      slug: 'laddr-v3-1-1-released',
      legacyHandle: 'laddr_v3.1.1_released',
      projectId: id(21),
      projectSlug: 'laddr',
      headline: 'Laddr v3.1.1 released!',
      url: 'http://news.example.org/laddr',
    },
  ],
  tags: [
    {
      id: id(51),
      legacyId: 1,
      handle: 'topic.transit',
      namespace: 'topic',
      slug: 'transit',
      legacyHandle: 'topic.transit',
    },
    {
      id: id(52),
      legacyId: 2,
      handle: 'tech.node-js',
      namespace: 'tech',
      slug: 'node-js',
      legacyHandle: 'tech.node.js',
    },
    { id: id(53), legacyId: 3, handle: 'transit', slug: 'transit', legacyHandle: 'transit' },
    { id: id(54), legacyId: 4, handle: 'open-data', slug: 'open-data', legacyHandle: 'Open Data' },
  ],
  'blog-posts': [
    {
      id: id(61),
      legacyId: 31,
      slug: 'hello-world',
      legacyHandle: 'hello_world',
      kind: 'post',
      title: 'Hello',
    },
    { id: id(62), legacyId: 32, slug: 'about', legacyHandle: 'about', kind: 'page', title: 'About' },
  ],
  attachments: [{ id: id(71), legacyId: 44, slug: 'media-44', mimeType: 'image/png' }],
  redirects: [
    { id: id(81), slug: 'old-laddr', from: 'old-laddr', to: 'projects/laddr' },
    { id: id(82), slug: 'slack', from: 'slack', to: 'chat' },
    { id: id(83), slug: 'a', from: 'a', to: 'b' },
    { id: id(84), slug: 'b', from: 'b', to: 'a' },
    { id: id(85), slug: 'hack', from: 'hack/night', to: 'projects?tag=topic.transit' },
    { id: id(86), slug: 'team', from: 'team', to: 'people' },
    { id: id(87), slug: 'projects-gone', from: 'projects/gone', to: 'projects/Bike_Map' },
    { id: id(88), slug: 'projects-laddr', from: 'projects/laddr', to: 'blog' },
    { id: id(89), slug: 'manual', from: 'manual', to: 'docs/manual' },
  ],
};
