/** What servers that share a database tell each other. A request of before belongs to nobody that lives. */
export const severalServers = `
  alter table requests add column expires_at timestamptz not null default '-infinity';

  create table wishes (
    seq bigint generated always as identity primary key,
    migration text collate "C" not null,
    at bigint not null,
    body text not null,
    answer text
  );
  create index wishes_unanswered on wishes (seq) where answer is null;

  create table followed (
    migration text collate "C" primary key,
    at bigint not null
  );

  create table updates (
    migration text collate "C" not null,
    number bigint not null,
    body text not null,
    primary key (migration, number)
  );
`
