// A database in the guest: Debian's redis-server, and a client that reads, checks and rewrites its values over a Unix
// socket. A value says in each of its words which one it is and how often it was written.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "guest.h"

#define SOCKET_PATH "/database/socket"

static int server = -1;
static u32 *versions;
static u64 wanted[WORDS];
// Requests and replies of one batch: values, and some bytes about each.
static char out[VALUES_MAX * (VALUE + 64)], in[VALUES_MAX * (VALUE + 64)];
static size_t out_length, in_length, in_taken;

static void make_value(u64 *words, u64 key, u32 version) {
  u64 stamp = key << 32 | version, seed = mix(stamp);
  words[0] = stamp;
  for (int i = 1; i < WORDS; i++) words[i] = seed + (u64)i * 0x9e3779b97f4a7c15u;
}

static void start_server(void) {
  if (fork() != 0) return;
  int nothing = open("/dev/null", O_RDWR);
  for (int i = 0; i < 3; i++) dup2(nothing, i);
  // Nothing is saved: there is no disk but the one that is written for its own sake.
  execl("/database/ld.so", "ld.so", "--library-path", "/database/lib", "/database/redis-server", "--port", "0",
        "--unixsocket", SOCKET_PATH, "--dir", "/database", "--logfile", "/database/log", "--loglevel", "warning",
        "--save", "", "--appendonly", "no", (char *)NULL);
  _exit(127);
}

static int connect_server(void) {
  struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = SOCKET_PATH};
  // It listens after a second; a slow machine gets a minute.
  for (int tries = 0; tries < 600; tries++) {
    server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (server >= 0 && connect(server, (struct sockaddr *)&address, sizeof address) == 0) return 1;
    close(server);
    sleep_ns(100000000u);
  }
  return 0;
}

static int gone(struct counters *c, const char *kind) {
  c->wrong++;
  tell_wrong(kind, 0, 0, (u64)errno);
  return 0;
}

static void add_request(const char *command, u64 key, const u64 *value) {
  out_length += (size_t)sprintf(out + out_length, "*%d\r\n$3\r\n%s\r\n$9\r\nv%08llu\r\n", value == NULL ? 2 : 3, command,
                                (unsigned long long)key);
  if (value == NULL) return;
  out_length += (size_t)sprintf(out + out_length, "$%d\r\n", VALUE);
  memcpy(out + out_length, value, VALUE);
  memcpy(out + out_length + VALUE, "\r\n", 2);
  out_length += VALUE + 2;
}

static int send_requests(void) {
  for (size_t sent = 0; sent < out_length;) {
    ssize_t n = write(server, out + sent, out_length - sent);
    if (n <= 0 && errno != EINTR) return 0;
    if (n > 0) sent += (size_t)n;
  }
  out_length = in_length = in_taken = 0;
  return 1;
}

// The next `length` bytes of the replies; NULL when the server is gone.
static const char *take(size_t length) {
  while (in_length - in_taken < length) {
    ssize_t n = read(server, in + in_length, sizeof in - in_length);
    if (n == 0 || (n < 0 && errno != EINTR)) return NULL;
    if (n > 0) in_length += (size_t)n;
  }
  in_taken += length;
  return in + in_taken - length;
}

// Of `count` values, all asked for in one write, every byte is compared.
static int check_values(const u64 *keys, u64 count, struct counters *c) {
  out_length = 0;
  for (u64 i = 0; i < count; i++) add_request("GET", keys[i], NULL);
  if (!send_requests()) return gone(c, "redis");
  for (u64 i = 0; i < count; i++) {
    const char *head = take(7);
    if (head == NULL) return gone(c, "redis");
    if (memcmp(head, "$4096\r\n", 7) != 0) return gone(c, "no-value");
    const char *value = take(VALUE + 2);
    if (value == NULL) return gone(c, "redis");
    make_value(wanted, keys[i], versions[keys[i]]);
    if (memcmp(value, wanted, VALUE) != 0) {
      u64 found;
      memcpy(&found, value, sizeof found);
      c->wrong++;
      tell_wrong("value", keys[i], wanted[0], found);
    }
    c->verified++;
  }
  return 1;
}

static int store_values(const u64 *keys, u64 count, struct counters *c) {
  out_length = 0;
  for (u64 i = 0; i < count; i++) {
    make_value(wanted, keys[i], ++versions[keys[i]]);
    add_request("SET", keys[i], wanted);
  }
  if (!send_requests()) return gone(c, "redis");
  for (u64 i = 0; i < count; i++) {
    const char *reply = take(5);
    if (reply == NULL) return gone(c, "redis");
    if (memcmp(reply, "+OK\r\n", 5) != 0) return gone(c, "not-stored");
  }
  return 1;
}

int database_start(u64 count) {
  static struct counters unused;
  versions = calloc(count, sizeof *versions);
  if (versions == NULL || access("/database/redis-server", X_OK) != 0) return 0;
  start_server();
  if (!connect_server()) return 0;
  for (u64 first = 0; first < count; first += VALUES_MAX) {
    u64 keys[VALUES_MAX], n = count - first < VALUES_MAX ? count - first : VALUES_MAX;
    for (u64 i = 0; i < n; i++) keys[i] = first + i;
    if (!store_values(keys, n, &unused)) return 0;
  }
  return 1;
}

int database_rewrite(const u64 *keys, u64 count, struct counters *c) {
  // Reading them all first would cost as much as the writing; the rest is read one after the other (database_read).
  if (!check_values(keys, (count + 3) / 4, c) || !store_values(keys, count, c)) return 0;
  c->written += count;
  return 1;
}

int database_read(u64 first, u64 count, struct counters *c) {
  u64 keys[VALUES_MAX];
  for (u64 i = 0; i < count; i++) keys[i] = first + i;
  return check_values(keys, count, c);
}
