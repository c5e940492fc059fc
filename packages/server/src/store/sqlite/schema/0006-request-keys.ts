/** Keys that callers gave to their requests, with what was answered to each: for a day. */
export const requestKeys = `
  create table request_keys (
    caller text not null,
    key text not null,
    at integer not null,
    fingerprint text not null,
    answer text,
    primary key (caller, key)
  ) strict, without rowid;
  create index request_keys_by_age on request_keys (at);
`
