/** As SQLite's tables are after all of its changes. IDs are in the order of their bytes, whatever the database's language is. */
export const migrations = `
  create table migrations (
    id text collate "C" primary key,
    guest_uuid text not null,
    guest_name text not null,
    source text not null,
    destination text not null,
    strategy text,
    began_at bigint not null,
    ended_at bigint,
    outcome text,
    strategy_taken text,
    total_time_ms double precision,
    downtime_ms double precision
  );
  create index migrations_unended on migrations (id) where ended_at is null;
  create index migrations_by_name on migrations (guest_name);
  create index migrations_by_uuid on migrations (guest_uuid);

  create table entries (
    migration text collate "C" not null references migrations (id) on delete cascade,
    seq integer not null,
    at bigint not null,
    kind text not null,
    body text not null,
    primary key (migration, seq)
  );
  create index entries_ended on entries (migration, seq) where kind = 'ended';

  create table leases (
    migration text collate "C" primary key references migrations (id) on delete cascade,
    token integer not null,
    holder text not null,
    expires_at timestamptz not null
  );
`
