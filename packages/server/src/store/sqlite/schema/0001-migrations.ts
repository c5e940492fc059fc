/** What is written of a migration: what is looked for stands in columns of its own, the rest is in its entries. */
export const migrations = `
  create table migrations (
    id text not null primary key,
    guest_uuid text not null,
    guest_name text not null,
    source text not null,
    destination text not null,
    strategy text,
    began_at integer not null,
    ended_at integer,
    outcome text,
    strategy_taken text,
    total_time_ms real,
    downtime_ms real
  ) strict, without rowid;
  create index migrations_unended on migrations (id) where ended_at is null;
  create index migrations_by_name on migrations (guest_name);
  create index migrations_by_uuid on migrations (guest_uuid);

  create table entries (
    migration text not null references migrations (id) on delete cascade,
    seq integer not null,
    at integer not null,
    kind text not null,
    body text not null,
    primary key (migration, seq)
  ) strict, without rowid;

  create table leases (
    migration text primary key references migrations (id) on delete cascade,
    token integer not null,
    holder text not null
  ) strict, without rowid;

  create table imported_journals (
    name text primary key,
    entries integer not null
  ) strict, without rowid;
`
