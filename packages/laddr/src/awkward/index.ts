export interface AwkwardCase {
  readonly name: string;
}
export interface CaseRow {
  readonly x: 1;
}
export interface Expected {
  readonly x: 1;
}
export const awkwardCases: readonly AwkwardCase[] = [];
