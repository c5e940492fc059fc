/** What a service keeps: who may ask it, what it was asked and has not begun, and who did what. */
export const service = `
  create table tokens (
    name text primary key,
    scope text not null,
    hash text not null unique,
    created_at integer not null,
    expires_at integer
  ) strict;

  create table requests (
    id text primary key,
    at integer not null,
    holder text not null,
    body text not null
  ) strict;

  create table audit (
    seq integer primary key,
    at integer not null,
    body text not null,
    hash text not null
  ) strict;
`
