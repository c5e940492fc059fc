// A compile loop in the guest: Debian's tcc over sources that are made here. The same source makes the same object, so each is
// compared with the first that came of it.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"

enum { SOURCES = 64, FUNCTIONS = 300 };

static u64 firsts[SOURCES];
static char object[4 << 20];

static void path_of(char *to, const char *kind, int source) { sprintf(to, "/programs/%s/%02d.%c", kind, source, kind[0]); }

int compiler_start(void) {
  if (access("/programs/tcc", X_OK) != 0) return 0;
  mkdir("/programs/c", 0755);
  mkdir("/programs/o", 0755);
  for (int source = 0; source < SOURCES; source++) {
    char path[64];
    path_of(path, "c", source);
    FILE *file = fopen(path, "w");
    if (file == NULL) return 0;
    for (int i = 0; i < FUNCTIONS; i++) {
      u64 noise = mix((u64)source << 32 | (u64)i);
      fprintf(file,
              "unsigned f%d(unsigned a, unsigned b) {\n  unsigned s = %uu;\n  for (unsigned i = 0; i < a %% %uu; i++) {\n"
              "    s = s * %uu + b;\n    s ^= s >> %u;\n    if (s & %uu) s += f%d(i & 3, s);\n  }\n  return s;\n}\n",
              i, (u32)noise, 1 + (u32)(noise & 0xff), 3 + (u32)(noise >> 40), 1 + (u32)(noise >> 8 & 15),
              1u << (noise >> 16 & 15), i / 2);
    }
    if (fclose(file) != 0) return 0;
  }
  return 1;
}

// How it ended; -1 where it could not be run.
static int compile(const char *from, const char *to) {
  char *const words[] = {"ld.so", "--library-path", "/programs/lib", "/programs/tcc", "-c", (char *)from, "-o", (char *)to, NULL};
  char *const nothing[] = {NULL};
  pid_t child;
  int status;
  if (posix_spawn(&child, "/programs/ld.so", NULL, NULL, words, nothing) != 0) return -1;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return -1;
  return status;
}

// FNV-1a, and how long the file is; 0 where there is none.
static u64 sum_of(const char *path, size_t *length) {
  int file = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t n = file < 0 ? -1 : read(file, object, sizeof object);
  if (file >= 0) close(file);
  *length = n < 0 ? 0 : (size_t)n;
  u64 sum = 0xcbf29ce484222325u;
  for (size_t i = 0; i < *length; i++) sum = (sum ^ (unsigned char)object[i]) * 0x100000001b3u;
  return *length == 0 ? 0 : sum;
}

void *compiler(void *argument) {
  struct counters *c = argument;
  for (int source = 0;; source = (source + 1) % SOURCES) {
    char from[64], to[64];
    path_of(from, "c", source);
    path_of(to, "o", source);
    unlink(to);
    size_t length;
    int status = compile(from, to);
    u64 sum = sum_of(to, &length);
    if (firsts[source] == 0) firsts[source] = sum;
    if (status != 0 || sum == 0 || sum != firsts[source]) {
      c->wrong++;
      tell_wrong(status != 0 ? "compiler" : "object", (u64)source, status != 0 ? 0 : firsts[source], status != 0 ? (u64)status : sum);
      // Each time anew would fill the record.
      sleep_ns(1000000000u);
    }
    c->written += (length + PAGE - 1) / PAGE;
    c->verified += (length + PAGE - 1) / PAGE;
    c->work++;
  }
  return NULL;
}
