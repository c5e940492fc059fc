/**
 * Something of each line that may concern a migration. One alternation over a whole block costs about 2 ns a byte; every
 * line without any of them is never cut out. "igrat" is in most of Nova's words for it, and in the names of its methods.
 */
export const marker = (): RegExp =>
  /igrat|downtime to|Exception during message|Setting instance|Lifecycle Event\)|Starting compute|Caught SIG|shutdown successfully|returned 0 hosts|Skipping host|moved from host|virtual interfaces to be|resize on |for events: |unexpectedly not found|Creating tmpfile/g

/** Twice in half a second of every migration at debug; says nothing that the rest does not. */
export const saysNothing = (line: string): boolean =>
  line.includes('Downtime does not need to change') || chatter.test(line)

const chatter = /\] Current \d+ elapsed |Lazy-loading '|_shared_storage_test_file\b.*Removing /
