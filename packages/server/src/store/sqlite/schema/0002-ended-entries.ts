/** Reports are found without a look at any other entry. */
export const endedEntries = `
  create index entries_ended on entries (migration, seq) where kind = 'ended';
`
