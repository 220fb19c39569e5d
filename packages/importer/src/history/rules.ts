/** Why an earlier state is not shown. An import with its past obeys these in every profile. */
export const historyRules = {
  gone: 'revision-of-deleted',
  'not-public-now': 'revision-not-public-now',
  'not-public-then': 'revision-not-public-then',
  withheld: 'revision-withheld',
  'private-value': 'revision-with-private-value',
  undated: 'revision-undated',
  unfit: 'revision-unfit',
} as const;

export type HistoryRule = keyof typeof historyRules;

/** The rules' reasons, for the report. */
export const historyReasons: Readonly<Record<(typeof historyRules)[HistoryRule], string>> = {
  'revision-of-deleted': 'the row is not there any more: what was taken down stays down',
  'revision-not-public-now': 'the row is not public now, so that its past is not either',
  'revision-not-public-then': 'the row was not public in this state',
  'revision-withheld': 'the profile keeps back the past of this record',
  'revision-with-private-value':
    'holds a private address, number or credential that the record does not show now',
  'revision-undated': 'neither the row nor any state of it has a date',
  'revision-unfit': 'the state does not fit the sheet of today',
};
