import {
  type PrivateDraft,
  openPrivateFields,
  type PublicFields,
  type QuickCheck,
  quickCheck,
  type RecordDraft,
  recordPath,
  type Sheet,
  type Target,
  writeToml,
} from '@cutover/records';
import type { RecordFile } from './files/uploads.ts';

/** A draft that fits: where it goes and the bytes it is. */
export interface FittedRecord {
  readonly sheet: Sheet;
  readonly id: string;
  readonly path: string;
  readonly content: string;
  readonly fields: PublicFields;
  /** The upload that goes beside it. */
  readonly file?: RecordFile;
}

/** Why a draft does not fit; becomes the rule of a quarantined row. */
export interface Misfit {
  readonly rule: 'schema' | 'path-taken' | 'unknown-sheet';
  readonly column: string | undefined;
  /** Names field and rule, never a value: values may be private. */
  readonly message: string;
}

export function isMisfit(value: FittedRecord | Misfit): value is Misfit {
  return 'rule' in value;
}

/** Holds drafts against the schemas of their sheets. */
export class DraftChecker {
  readonly #sheets: ReadonlyMap<string, Checked<Sheet>>;
  readonly #privateSheets: ReadonlyMap<string, Checked<Target['privateSheets'][number]>>;

  constructor(target: Target) {
    this.#sheets = new Map(target.sheets.map((sheet) => [sheet.name, checked(sheet)]));
    this.#privateSheets = new Map(target.privateSheets.map((sheet) => [sheet.name, checked(sheet)]));
  }

  sheet(name: string): Sheet | undefined {
    return this.#sheets.get(name)?.sheet;
  }

  fit(draft: RecordDraft, file?: RecordFile): FittedRecord | Misfit {
    const known = this.#sheets.get(draft.sheet);
    if (known === undefined) return unknownSheet(draft.sheet);
    const { sheet, quick } = known;
    const { fields } = draft;
    const misfit = quick?.(fields) === true ? undefined : schemaMisfit(sheet, fields);
    if (misfit !== undefined) return misfit;
    try {
      const path = recordPath(sheet.name, sheet.path, fields);
      return {
        sheet,
        id: draft.fields.id,
        path,
        content: writeToml(fields),
        fields,
        ...(file && { file }),
      };
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      return { rule: 'schema', column: undefined, message: `${sheet.name}: cannot be written as a file` };
    }
  }

  /** Undefined where the private draft fits. */
  misfitOf(draft: PrivateDraft): Misfit | undefined {
    const known = this.#privateSheets.get(draft.sheet);
    if (known === undefined) return unknownSheet(draft.sheet);
    const fields = openPrivateFields(draft.fields) as PublicFields;
    return known.quick?.(fields) === true ? undefined : schemaMisfit(known.sheet, fields);
  }
}

type Schema = Parameters<typeof quickCheck>[0];

/** A sheet with its schema as plain code, where that is possible. */
interface Checked<S> {
  readonly sheet: S;
  readonly quick: QuickCheck | undefined;
}

const checked = <S extends { readonly schema: Schema }>(sheet: S): Checked<S> => ({
  sheet,
  quick: quickCheck(sheet.schema),
});

/** What zod says of fields; undefined where they fit. */
function schemaMisfit(
  { name, schema }: { readonly name: string; readonly schema: Schema },
  fields: PublicFields,
): Misfit | undefined {
  const parsed = schema.safeParse(withoutNulls(fields));
  if (parsed.success) return undefined;
  const issue = parsed.error.issues[0]!;
  const field = issue.path.map(String).join('.');
  return { rule: 'schema', column: field, message: `${name}.${field}: ${issue.code ?? 'invalid'}` };
}

function unknownSheet(name: string): Misfit {
  return { rule: 'unknown-sheet', column: undefined, message: `the target has no sheet ${name}` };
}

function withoutNulls(fields: PublicFields): PublicFields {
  const kept: Record<string, PublicFields[string]> = {};
  for (const [field, value] of Object.entries(fields)) {
    if (value !== null && value !== undefined) kept[field] = value;
  }
  return kept;
}
