/** What processes that share a store tell each other: wishes with their answers, and the updates of what is followed from elsewhere. */
export const severalServers = `
  create table wishes (
    seq integer primary key,
    migration text not null,
    at integer not null,
    body text not null,
    answer text
  ) strict;
  create index wishes_unanswered on wishes (seq) where answer is null;

  create table followed (
    migration text primary key,
    at integer not null
  ) strict;

  create table updates (
    migration text not null,
    number integer not null,
    body text not null,
    primary key (migration, number)
  ) strict;
`
