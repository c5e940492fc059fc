/** As SQLite's. */
export const drains = `
  create table drains (
    id text collate "C" primary key,
    kind text not null,
    host text not null,
    began_at bigint not null,
    ended_at bigint,
    released_at bigint,
    holder text not null,
    beat bigint not null,
    mode text not null,
    limits text not null,
    request text not null,
    state text not null
  );
  create index drains_by_host on drains (host, id);
`
