import { fileFields, type Profile } from '@cutover/records';
import type { z } from 'zod';

/** A profile in which each row of a source has a file, `<key>.bin`, and the body of its records may link to `/f/<key>`. */
export function withFiles(profile: Profile, name: string): Profile {
  return {
    ...profile,
    target: {
      ...profile.target,
      sheets: profile.target.sheets.map((sheet) =>
        sheet.name === name
          ? { ...sheet, schema: (sheet.schema as unknown as z.ZodObject).extend(fileFields) as never }
          : sheet,
      ),
    },
    sources: profile.sources.map((source) =>
      source.source !== name
        ? source
        : {
            ...source,
            map: (row, context) => {
              const mapped = source.map(row, context);
              if (mapped.outcome !== 'imported') return mapped;
              const id = context.key[0]!;
              const file = { name: 'original.bin', paths: [`${id}.bin`], url: `f/${id}` };
              return { ...mapped, records: mapped.records.map((record) => ({ ...record, file })) };
            },
          },
    ),
    files: {
      sources: [name],
      texts: { [name]: ['body'] },
      rowAt: (path) => {
        const id = /^\/f\/(\d+)$/.exec(path)?.[1];
        return id === undefined ? undefined : { source: name, scope: '', key: [id] };
      },
      link: ({ key }) => `/${name}/${key[0]}/original`,
    },
  };
}
