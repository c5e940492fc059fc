/** As SQLite's. */
export const requestKeys = `
  create table request_keys (
    caller text collate "C" not null,
    key text collate "C" not null,
    at bigint not null,
    fingerprint text not null,
    answer text,
    primary key (caller, key)
  );
  create index request_keys_by_age on request_keys (at);
`
