import { type MapContext, slugify } from '@cutover/records';

interface Folder {
  readonly source: string;
  readonly page: string;
}

const folders: Readonly<Record<string, Folder>> = {
  projects: { source: 'projects', page: 'projects' },
  people: { source: 'people', page: 'members' },
  members: { source: 'people', page: 'members' },
};

/** The page of the project or member that a hand-made redirect leads to, by handle as it is spelt in the target. */
export function redirectTarget(
  to: string,
  context: MapContext,
): { readonly page: readonly string[]; readonly marker: string } | undefined {
  const [name = '', handle, ...rest] = to.split('/');
  const folder = Object.hasOwn(folders, name) ? folders[name] : undefined;
  if (folder === undefined || handle === undefined || handle === '' || rest.length > 0) return undefined;
  for (const row of context.rows(folder.source, 'handle', [handle])) {
    const slug = context.slug(folder.source, row.$key);
    if (slug === undefined || (name !== 'people' && isAnothers(handle, slug))) return undefined;
    return { page: [folder.page, slug], marker: context.id(folder.source, row.$key) };
  }
  return undefined;
}

/** Whether the address is one that the new site gave to another record. */
function isAnothers(handle: string, slug: string): boolean {
  return handle !== slug && slugify(handle) === handle && !/^\d+$/.test(handle);
}
