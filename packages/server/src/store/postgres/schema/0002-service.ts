/** As SQLite's. */
export const service = `
  create table tokens (
    name text collate "C" primary key,
    scope text not null,
    hash text not null unique,
    created_at bigint not null,
    expires_at bigint
  );

  create table requests (
    id text collate "C" primary key,
    at bigint not null,
    holder text not null,
    body text not null
  );

  create table audit (
    seq bigint primary key,
    at bigint not null,
    body text not null,
    hash text not null
  );
`
