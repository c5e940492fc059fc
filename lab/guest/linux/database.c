// A database in the guest: Debian's redis-server or memcached, and a client that reads, checks and rewrites its values over a
// Unix socket. A value says in each of its words which one it is and how often it was written. Or PostgreSQL (postgres.c).
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "guest.h"

#define SOCKET_PATH "/programs/socket"
#define LOADER "/programs/ld.so", "ld.so", "--library-path", "/programs/lib"

// How a server is spoken to. Each adds to `to` and returns how much that is.
struct protocol {
  const char *program;
  void (*run)(u64 values);
  int (*ask)(char *to, u64 key);
  // The value and a line's end follow.
  int (*store)(char *to, u64 key);
  // What comes before a value, and after it.
  int (*before)(char *to, u64 key);
  const char *after, *stored;
};

// In the guest's settings: bytes of a value, and how many of a hundred are read and checked before they are written.
u64 value_bytes = PAGE, read_percent = 25;

typedef unsigned long long number;

static void run_redis(u64 values) {
  (void)values;
  // Nothing is saved: there is no disk but the one that is written for its own sake.
  execl(LOADER, "/programs/redis-server", "--port", "0", "--unixsocket", SOCKET_PATH, "--dir", "/programs", "--logfile",
        "/programs/log", "--loglevel", "warning", "--save", "", "--appendonly", "no", (char *)NULL);
}
static int ask_redis(char *to, u64 key) { return sprintf(to, "*2\r\n$3\r\nGET\r\n$9\r\nv%08llu\r\n", (number)key); }
static int store_redis(char *to, u64 key) {
  return sprintf(to, "*3\r\n$3\r\nSET\r\n$9\r\nv%08llu\r\n$%llu\r\n", (number)key, (number)value_bytes);
}
static int before_redis(char *to, u64 key) {
  (void)key;
  return sprintf(to, "$%llu\r\n", (number)value_bytes);
}

static void run_memcached(u64 values) {
  char mebibytes[24];
  // Its slots are up to a quarter larger than what is in them; an item has some 60 bytes of its own.
  sprintf(mebibytes, "%llu", (number)((values * (value_bytes + 80) * 13 / 10 >> 20) + 16));
  // -M: what does not fit is refused, which is seen, instead of another value being thrown away.
  execl(LOADER, "/programs/memcached", "-u", "root", "-s", SOCKET_PATH, "-U", "0", "-t", "1", "-M", "-m", mebibytes,
        (char *)NULL);
}
static int ask_memcached(char *to, u64 key) { return sprintf(to, "get v%08llu\r\n", (number)key); }
static int store_memcached(char *to, u64 key) {
  return sprintf(to, "set v%08llu 0 0 %llu\r\n", (number)key, (number)value_bytes);
}
static int before_memcached(char *to, u64 key) {
  return sprintf(to, "VALUE v%08llu 0 %llu\r\n", (number)key, (number)value_bytes);
}

static const struct protocol protocols[] = {
    {"redis-server", run_redis, ask_redis, store_redis, before_redis, "\r\n", "+OK\r\n"},
    {"memcached", run_memcached, ask_memcached, store_memcached, before_memcached, "\r\nEND\r\n", "STORED\r\n"},
};

// NULL where it is PostgreSQL.
static const struct protocol *spoken;
static u32 *versions;
static u64 wanted[WORDS];
// Requests and replies of one batch: values, and some bytes about each.
enum { ABOUT = 80 };
static char out[VALUES_MAX * (PAGE + ABOUT)], in[VALUES_MAX * (PAGE + ABOUT)];
static struct conversation server = {.out = out, .in = in, .in_room = sizeof in};

static void make_value(u64 *words, u64 key, u32 version) {
  u64 stamp = key << 32 | version, seed = mix(stamp);
  words[0] = stamp;
  for (u64 i = 1; i < (value_bytes + 7) / 8; i++) words[i] = seed + i * 0x9e3779b97f4a7c15u;
}

static void start_server(u64 values) {
  if (fork() != 0) return;
  int nothing = open("/dev/null", O_RDWR);
  for (int i = 0; i < 3; i++) dup2(nothing, i);
  spoken->run(values);
  _exit(127);
}

static int connect_server(void) {
  // It listens after a second; a slow machine gets a minute.
  for (int tries = 0; tries < 600; tries++) {
    if (connect_once(&server, SOCKET_PATH)) return 1;
    close(server.socket);
    sleep_ns(100000000u);
  }
  return 0;
}

static void add_store(u64 key, const u64 *value) {
  server.out_length += (size_t)spoken->store(out + server.out_length, key);
  memcpy(out + server.out_length, value, value_bytes);
  memcpy(out + server.out_length + value_bytes, "\r\n", 2);
  server.out_length += value_bytes + 2;
}

// 1 where the replies go on with that; -1 where the server is gone.
static int goes_on_with(const char *text, size_t length) {
  const char *found = take(&server, length);
  return found == NULL ? -1 : memcmp(found, text, length) == 0;
}

// Of `count` values, all asked for in one write, every byte is compared.
static int check_values(const u64 *keys, u64 count, struct counters *c) {
  for (u64 i = 0; i < count; i++) server.out_length += (size_t)spoken->ask(out + server.out_length, keys[i]);
  if (!send_requests(&server)) return server_gone(c, spoken->program);
  for (u64 i = 0; i < count; i++) {
    char before[ABOUT];
    int has_value = goes_on_with(before, (size_t)spoken->before(before, keys[i]));
    if (has_value < 0) return server_gone(c, spoken->program);
    if (!has_value) return server_gone(c, "no-value");
    const char *value = take(&server, value_bytes);
    if (value == NULL) return server_gone(c, spoken->program);
    make_value(wanted, keys[i], versions[keys[i]]);
    if (memcmp(value, wanted, value_bytes) != 0) {
      u64 found;
      memcpy(&found, value, sizeof found);
      c->wrong++;
      tell_wrong("value", keys[i], wanted[0], found);
    }
    c->verified++;
    int ends = goes_on_with(spoken->after, strlen(spoken->after));
    if (ends < 1) return server_gone(c, ends < 0 ? spoken->program : "no-end");
  }
  return 1;
}

static int store_values(const u64 *keys, u64 count, struct counters *c) {
  for (u64 i = 0; i < count; i++) {
    make_value(wanted, keys[i], ++versions[keys[i]]);
    add_store(keys[i], wanted);
  }
  if (!send_requests(&server)) return server_gone(c, spoken->program);
  for (u64 i = 0; i < count; i++) {
    int stored = goes_on_with(spoken->stored, strlen(spoken->stored));
    if (stored < 1) return server_gone(c, stored < 0 ? spoken->program : "not-stored");
  }
  return 1;
}

int database_start(u64 count) {
  static struct counters unused;
  versions = calloc(count, sizeof *versions);
  for (size_t i = 0; i < sizeof protocols / sizeof *protocols && spoken == NULL; i++) {
    char path[64];
    sprintf(path, "/programs/%s", protocols[i].program);
    if (access(path, X_OK) == 0) spoken = &protocols[i];
  }
  if (spoken == NULL) return postgres_start(count);
  if (versions == NULL) return 0;
  start_server(count);
  if (!connect_server()) return 0;
  for (u64 first = 0; first < count; first += VALUES_MAX) {
    u64 keys[VALUES_MAX], n = count - first < VALUES_MAX ? count - first : VALUES_MAX;
    for (u64 i = 0; i < n; i++) keys[i] = first + i;
    if (!store_values(keys, n, &unused)) return 0;
  }
  return 1;
}

int database_rewrite(const u64 *keys, u64 count, struct counters *c) {
  if (spoken == NULL) return postgres_rewrite(keys, count, c);
  // What is not read first is read one after the other (database_read).
  if (!check_values(keys, (count * read_percent + 99) / 100, c) || !store_values(keys, count, c)) return 0;
  c->written += count;
  return 1;
}

int database_read(u64 first, u64 count, struct counters *c) {
  if (spoken == NULL) return postgres_read(first, count, c);
  u64 keys[VALUES_MAX];
  for (u64 i = 0; i < count; i++) keys[i] = first + i;
  return check_values(keys, count, c);
}
