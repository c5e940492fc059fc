/** Drains, and the ways back: what its driver knows, and what it is told from outside. */
export const drains = `
  create table drains (
    id text primary key,
    kind text not null,
    host text not null,
    began_at integer not null,
    ended_at integer,
    released_at integer,
    holder text not null,
    beat integer not null,
    mode text not null,
    limits text not null,
    request text not null,
    state text not null
  ) strict;
  create index drains_by_host on drains (host, id);
`
