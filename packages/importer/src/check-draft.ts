import {
  openPrivateFields,
  type PrivateDraft,
  type PublicFields,
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
  readonly #sheets: ReadonlyMap<string, Sheet>;
  readonly #privateSheets: ReadonlyMap<string, Target['privateSheets'][number]>;

  constructor(target: Target) {
    this.#sheets = new Map(target.sheets.map((sheet) => [sheet.name, sheet]));
    this.#privateSheets = new Map(target.privateSheets.map((sheet) => [sheet.name, sheet]));
  }

  sheet(name: string): Sheet | undefined {
    return this.#sheets.get(name);
  }

  fit(draft: RecordDraft, file?: RecordFile): FittedRecord | Misfit {
    const sheet = this.#sheets.get(draft.sheet);
    if (sheet === undefined) return unknownSheet(draft.sheet);
    const fields = withoutNulls(draft.fields);
    const parsed = sheet.schema.safeParse(fields);
    if (!parsed.success) return schemaMisfit(sheet.name, parsed.error.issues[0]!);
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
    const sheet = this.#privateSheets.get(draft.sheet);
    if (sheet === undefined) return unknownSheet(draft.sheet);
    const parsed = sheet.schema.safeParse(withoutNulls(openPrivateFields(draft.fields) as PublicFields));
    return parsed.success ? undefined : schemaMisfit(sheet.name, parsed.error.issues[0]!);
  }
}

function schemaMisfit(
  sheet: string,
  issue: { readonly path: readonly PropertyKey[]; readonly code?: string },
): Misfit {
  const field = issue.path.map(String).join('.');
  return { rule: 'schema', column: field, message: `${sheet}.${field}: ${issue.code ?? 'invalid'}` };
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
