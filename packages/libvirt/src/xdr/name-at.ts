/** The name at `number` in a table of names, or `'unknown'` for a number that is newer than the table. */
export const nameAt = <Name extends string>(names: readonly Name[], number: number): Name | 'unknown' =>
  names[number] ?? 'unknown'
