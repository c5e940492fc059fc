// A relational database in the guest: Debian's PostgreSQL, and a client that changes and reads its accounts over a Unix socket, in
// the manner of pgbench: a change is one transaction, of an account, its teller and its branch. An account says how often it was
// changed, and in its filler which one it is.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glob.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guest.h"

#define DATA "/programs/data"
#define SERVER "/usr/lib/postgresql/*/bin/postgres"
#define SOCKET_PATH "/programs/.s.PGSQL.5432"

enum { NOBODY = 65534, TELLERS = 100, BRANCHES = 10, LOADED_AT_ONCE = 100, STATEMENT = 512 };

typedef unsigned long long number;

static u32 *versions;
// Of hexadecimal digits, and an end.
static char filler[PAGE / 8 + 1];
static char out[LOADED_AT_ONCE * (sizeof filler + 32) + VALUES_MAX * STATEMENT * 4], in[1 << 16];
static struct conversation server = {.out = out, .in = in, .in_room = sizeof in};

static u64 filler_length(void) { return value_bytes < sizeof filler - 1 ? value_bytes : sizeof filler - 1; }

static const char *filler_of(u64 key, u32 version) {
  static const char digits[] = "0123456789abcdef";
  u64 length = filler_length();
  for (u64 i = 0, word = 0; i < length; i++, word >>= 4) {
    if (i % 16 == 0) word = mix((key << 32 | version) + i);
    filler[i] = digits[word & 15];
  }
  filler[length] = 0;
  return filler;
}

static int give_away(const char *path, const struct stat *about, int type, struct FTW *walk) {
  (void)about, (void)type, (void)walk;
  return lchown(path, NOBODY, NOBODY);
}

// It runs as nobody: it refuses to be root.
static void start_server(const char *program) {
  if (fork() != 0) return;
  int nothing = open("/dev/null", O_RDWR), log = open("/programs/log", O_WRONLY | O_CREAT | O_APPEND, 0666);
  dup2(nothing, 0);
  for (int i = 1; i < 3; i++) dup2(log < 0 ? nothing : log, i);
  if (setgroups(0, NULL) == 0 && setgid(NOBODY) == 0 && setuid(NOBODY) == 0)
    execl(program, program, "-D", DATA, "-k", "/programs", "-c", "listen_addresses=", "-c", "shared_buffers=32MB", "-c",
          "dynamic_shared_memory_type=mmap", "-c", "max_connections=5", "-c", "max_wal_size=24MB", "-c", "min_wal_size=8MB", "-c",
          "jit=off", "-c", "huge_pages=off", (char *)NULL);
  _exit(127);
}

static u32 big_endian(const char *at) {
  const unsigned char *bytes = (const unsigned char *)at;
  return (u32)bytes[0] << 24 | (u32)bytes[1] << 16 | (u32)bytes[2] << 8 | bytes[3];
}

static void put_big_endian(char *at, u32 value) {
  for (int i = 0; i < 4; i++) at[i] = (char)(value >> (24 - 8 * i));
}

// The type of the next message, and where its body is; 0 when the server is gone.
static char next_message(const char **body, u32 *length) {
  const char *head = take(&server, 5);
  if (head == NULL) return 0;
  char type = head[0];
  *length = big_endian(head + 1) - 4;
  *body = take(&server, *length);
  return *body == NULL ? 0 : type;
}

// The row of the one answer is left in `row`, up to `room` bytes of it; their number, -1 for an error or a server that is gone.
static int answer(char *row, size_t room) {
  const char *body;
  u32 length;
  int found = 0, failed = 0;
  for (;;) {
    char type = next_message(&body, &length);
    if (type == 0) return -1;
    if (type == 'E') failed = 1;
    if (type == 'D' && length <= room) {
      memcpy(row, body, length);
      found = (int)length;
    }
    // Ready for the next.
    if (type == 'Z') return failed ? -1 : found;
  }
}

// Begins a statement; what is written behind it belongs to it until end_statement.
static size_t begin_statement(void) {
  out[server.out_length] = 'Q';
  server.out_length += 5;
  return server.out_length - 4;
}
static void end_statement(size_t begun) {
  out[server.out_length++] = 0;
  put_big_endian(out + begun, (u32)(server.out_length - begun));
}

static int done(const char *text) {
  size_t begun = begin_statement();
  server.out_length += (size_t)sprintf(out + server.out_length, "%s", text);
  end_statement(begun);
  return send_requests(&server) && answer(NULL, 0) >= 0;
}

static int connected(void) {
  static const char hello[] = "\0\3\0\0user\0postgres\0database\0postgres\0";
  // A slow machine gets two minutes.
  for (int tries = 0; tries < 1200; tries++) {
    if (connect_once(&server, SOCKET_PATH)) {
      server.out_length = 4 + sizeof hello;
      put_big_endian(out, (u32)server.out_length);
      memcpy(out + 4, hello, sizeof hello);
      if (send_requests(&server) && answer(NULL, 0) >= 0) return 1;
    }
    close(server.socket);
    sleep_ns(100000000u);
  }
  return 0;
}

// Tellers and branches are counted by the server; who they are follows from the account.
static int load(u64 count) {
  if (!done("CREATE TABLE branches (k int PRIMARY KEY, n bigint); CREATE TABLE tellers (k int PRIMARY KEY, n bigint);"
            "CREATE TABLE accounts (k int PRIMARY KEY, v int, f text);"
            "INSERT INTO branches SELECT k, 0 FROM generate_series(0, 9) k;"
            "INSERT INTO tellers SELECT k, 0 FROM generate_series(0, 99) k"))
    return 0;
  for (u64 first = 0; first < count; first += LOADED_AT_ONCE) {
    size_t begun = begin_statement();
    server.out_length += (size_t)sprintf(out + server.out_length, "INSERT INTO accounts VALUES ");
    for (u64 key = first; key < first + LOADED_AT_ONCE && key < count; key++)
      server.out_length += (size_t)sprintf(out + server.out_length, "%s(%llu,0,'%s')", key == first ? "" : ",", (number)key,
                                           filler_of(key, 0));
    end_statement(begun);
    if (!send_requests(&server) || answer(NULL, 0) < 0) return 0;
  }
  return 1;
}

int postgres_start(u64 count) {
  glob_t found;
  versions = calloc(count, sizeof *versions);
  if (versions == NULL || glob(SERVER, 0, NULL, &found) != 0) return 0;
  // For what it makes there.
  chmod("/programs", 0777);
  chmod(DATA, 0700);
  mkdir("/tmp", 0777);
  if (nftw(DATA, give_away, 16, FTW_PHYS) != 0) return 0;
  start_server(found.gl_pathv[0]);
  globfree(&found);
  return connected() && load(count);
}

// A row of two columns, each with its length before it.
static int is_as_expected(const char *row, int length, u64 key) {
  char expected[2 + 4 + 16 + 4 + sizeof filler];
  char version[16];
  int digits = sprintf(version, "%u", versions[key]);
  size_t text = filler_length(), at = 2;
  expected[0] = 0, expected[1] = 2;
  put_big_endian(expected + at, (u32)digits);
  memcpy(expected + at + 4, version, (size_t)digits);
  at += 4 + (size_t)digits;
  put_big_endian(expected + at, (u32)text);
  memcpy(expected + at + 4, filler_of(key, versions[key]), text);
  at += 4 + text;
  return (size_t)length == at && memcmp(row, expected, at) == 0;
}

static int check(const u64 *keys, u64 count, struct counters *c) {
  char row[sizeof filler + 64];
  for (u64 i = 0; i < count; i++) {
    size_t begun = begin_statement();
    server.out_length += (size_t)sprintf(out + server.out_length, "SELECT v, f FROM accounts WHERE k = %llu", (number)keys[i]);
    end_statement(begun);
  }
  if (!send_requests(&server)) return server_gone(c, "postgres");
  for (u64 i = 0; i < count; i++) {
    int length = answer(row, sizeof row);
    if (length < 0) return server_gone(c, "postgres");
    if (!is_as_expected(row, length, keys[i])) {
      c->wrong++;
      tell_wrong("account", keys[i], versions[keys[i]], (u64)length);
    }
    c->verified++;
  }
  return 1;
}

int postgres_rewrite(const u64 *keys, u64 count, struct counters *c) {
  if (!check(keys, (count * read_percent + 99) / 100, c)) return 0;
  for (u64 i = 0; i < count; i++) {
    u64 key = keys[i];
    u32 version = ++versions[key];
    size_t begun = begin_statement();
    // Several statements of one message are one transaction.
    server.out_length += (size_t)sprintf(out + server.out_length,
                                  "UPDATE accounts SET v = %u, f = '%s' WHERE k = %llu; UPDATE tellers SET n = n + 1 WHERE k = %llu;"
                                  "UPDATE branches SET n = n + 1 WHERE k = %llu",
                                  version, filler_of(key, version), (number)key, (number)(key % TELLERS), (number)(key % BRANCHES));
    end_statement(begun);
  }
  if (!send_requests(&server)) return server_gone(c, "postgres");
  for (u64 i = 0; i < count; i++)
    if (answer(NULL, 0) < 0) return server_gone(c, "not-changed");
  c->written += count;
  return 1;
}

int postgres_read(u64 first, u64 count, struct counters *c) {
  u64 keys[VALUES_MAX];
  for (u64 i = 0; i < count; i++) keys[i] = first + i;
  return check(keys, count, c);
}
