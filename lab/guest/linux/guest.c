// The only program of a laboratory's guest: its init. It fills the memory, rewrites a part of it, checks all of it
// against what it wrote, does the same with its volumes, and tells how far it is on the second serial port.
//
// Settings, on the kernel's command line: lf.set (pages rewritten) lf.rate (pages a second, 0: no limit)
// lf.pattern (uniform, hot-cold, sequential, phases) lf.disk (blocks a second, of each volume) lf.fill (0 or 1) lf.threads
// lf.database (so many values kept in a database, which are rewritten and counted instead of pages; database.c)
// lf.value (bytes of each; 4096 unless told) lf.reads (of a hundred that are written, so many are read before; 25 unless told)
// lf.compiler (1: sources are compiled again and again, and pages of what is made are counted; compiler.c)
// lf.content (random, text: what pages are filled with) lf.dense (1: all of a page is rewritten)
//
// Lines on ttyS1, each ended by a checksum (sum of h = h * 31 + byte over the text before it, 16 bits, hex):
//   F boot uptimeMs pagesFilled pagesInAll pagesRewritten   while the memory is being filled
//   P boot uptimeMs work pagesWritten pagesVerified pagesWrong blocksWritten blocksVerified blocksWrong sweeps
//   L boot uptimeMs us...                                   of a database: how long requests took since the line before
//   W boot uptimeMs kind index expected found               something was not what had been written
//   Q boot uptimeMs                                         powering off, as asked by the power button
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "guest.h"

enum { MAX_THREADS = 16, BATCH_MAX = VALUES_MAX, PRINT_MS = 40 };
// Pages that are never rewritten are read at 32 MiB a second: a mebibyte takes 31 ms.
enum { SWEEP_PER_SECOND = 8192 };
// So are the values of a database, at 2 MiB a second, but no more than so many: each is a request.
enum { READ_BYTES_PER_SECOND = 2 << 20, READ_PER_SECOND_MAX = 4096 };
enum pattern { UNIFORM, HOT_COLD, SEQUENTIAL, PHASES };

static u64 *arena;
static u64 pages_in_all, pages_in_set, values_in_database;
static u32 *versions;
static u64 filler[WORDS];
// What compresses: words of eight letters out of so many, in any order. zstd's level 1 makes a quarter to a third of them.
enum { VOCABULARY = 4096 };
static u64 vocabulary[VOCABULARY];
static int is_text, is_dense;
static u64 rate;
static enum pattern pattern;
u32 boot;

static struct counters counters[MAX_THREADS];
static volatile int database_gone;
static volatile u64 sweeps;
static int threads = 1;

static void tell_progress(void) {
  u64 work = 0, written = 0, verified = 0, wrong = 0;
  for (int i = 0; i < threads; i++) {
    work += counters[i].work;
    written += counters[i].written;
    verified += counters[i].verified;
    wrong += counters[i].wrong;
  }
  tell(1, "P %08x %llu %llu %llu %llu %llu %llu %llu %llu %llu", boot, (unsigned long long)uptime_ms(),
       (unsigned long long)work, (unsigned long long)written, (unsigned long long)verified, (unsigned long long)wrong,
       (unsigned long long)blocks_written, (unsigned long long)blocks_verified, (unsigned long long)blocks_wrong,
       (unsigned long long)sweeps);
}

// Up to 16 requests that are sent together, as their client sees them. What does not fit is left out.
enum { TOOK_MAX = 24, TOOK_US_MAX = 9999999 };
static u64 took_us[TOOK_MAX];
static int took_count;

static void note_requests(u64 us) {
  if (took_count < TOOK_MAX) took_us[took_count++] = us < TOOK_US_MAX ? us : TOOK_US_MAX;
}

static void tell_requests(void) {
  char text[TOOK_MAX * 8 + 1];
  int length = 0;
  for (int i = 0; i < took_count; i++) length += sprintf(text + length, " %llu", (unsigned long long)took_us[i]);
  if (length > 0) tell(1, "L %08x %llu%s", boot, (unsigned long long)uptime_ms(), text);
  took_count = 0;
}

// ---- memory --------------------------------------------------------------------------------------------------------

// A page says in four places, from its first to its last word, which page it is and how often it was written: a page
// that was lost, doubled, swapped or torn on the way shows.

enum { SECOND = WORDS / 3, THIRD = 2 * WORDS / 3, LAST = WORDS - 1 };

static inline void write_stamps(u64 *words, u64 value) {
  words[0] = value;
  words[SECOND] = value ^ 0x5555555555555555u;
  words[THIRD] = value ^ 0xaaaaaaaaaaaaaaaau;
  words[LAST] = ~value;
}

static inline u64 damage(const u64 *words, u64 value) {
  return (words[0] ^ value) | (words[SECOND] ^ value ^ 0x5555555555555555u) |
         (words[THIRD] ^ value ^ 0xaaaaaaaaaaaaaaaau) | (words[LAST] ^ ~value);
}

// What a page holds at a word beside its stamps; `key` is mix(page).
static inline u64 content(u64 key, u64 i) {
  return is_text ? vocabulary[mix(key + i) % VOCABULARY] : filler[i] ^ key;
}

static void write_content(u64 *words, u64 key) {
  if (is_text)
    for (u64 i = 0; i < WORDS; i++) words[i] = content(key, i);
  else
    for (u64 i = 0; i < WORDS; i++) words[i] = filler[i] ^ key;
}

// A rewrite of the stamps alone changes 32 bytes of a page: the best case for a migration that sends only what has changed
// (XBZRLE). This is the worst: mix is one to one, so a word of noise is another in every version, and words of text
// almost always are.
static inline u64 dense_key(u64 page, u32 version) { return mix(stamp(page, version)); }

static void fill_page(u64 page) {
  u64 *words = arena + page * WORDS;
  int in_set = page < pages_in_set;
  write_content(words, in_set && is_dense ? dense_key(page, 1) : mix(page));
  if (!in_set) return;
  versions[page] = 1;
  write_stamps(words, stamp(page, 1));
}

static inline int is_stamp(u64 i) { return i == 0 || i == SECOND || i == THIRD || i == LAST; }

// Eight words, others in each version, as the sweep has it.
static void check_content(const u64 *words, u64 page, u32 version, struct counters *c) {
  u64 key = dense_key(page, version);
  for (u64 i = version % 64; i < WORDS; i += 64)
    if (words[i] != content(key, i) && !is_stamp(i)) {
      c->wrong++;
      tell_wrong("dense", page, content(key, i), words[i]);
      break;
    }
}

static inline void rewrite_page(u64 page, struct counters *c) {
  u64 *words = arena + page * WORDS;
  u32 version = versions[page];
  u64 expected = stamp(page, version);
  u64 different = damage(words, expected);
  if (__builtin_expect(different != 0, 0)) {
    c->wrong++;
    tell_wrong("page", page, expected, expected ^ different);
  } else if (is_dense) {
    check_content(words, page, version, c);
  }
  if (is_dense) write_content(words, dense_key(page, version + 1));
  versions[page] = version + 1;
  write_stamps(words, stamp(page, version + 1));
  c->written++;
  c->verified++;
}

// The pages that are never rewritten are read one after the other, eight words of each, others in each sweep.
static void sweep_page(u64 *at, struct counters *c) {
  u64 page = pages_in_set + *at;
  u64 key = mix(page);
  u64 *words = arena + page * WORDS;
  for (u64 i = sweeps % 64; i < WORDS; i += 64)
    if (words[i] != content(key, i)) {
      c->wrong++;
      tell_wrong("static", page, content(key, i), words[i]);
      words[i] = content(key, i);
      break;
    }
  c->verified++;
  ++*at;
}

// Reads on where the last call ended, and returns for how long that is enough.
static u64 sweep(u64 *at, struct counters *c) {
  u64 statics = pages_in_all - pages_in_set, ns = 1000000000u / SWEEP_PER_SECOND;
  if (*at < statics) {
    sweep_page(at, c);
  } else {
    u64 left = statics + values_in_database - *at, count = left < VALUES_MAX ? left : VALUES_MAX;
    if (!database_read(*at - statics, count, c)) database_gone = 1;
    *at += count;
    u64 per_second = READ_BYTES_PER_SECOND / value_bytes;
    ns = count * (1000000000u / (per_second < READ_PER_SECOND_MAX ? per_second : READ_PER_SECOND_MAX));
  }
  if (*at == statics + values_in_database) {
    *at = 0;
    sweeps++;
  }
  return ns;
}

static u64 free_bytes(void) {
  FILE *file = fopen("/proc/meminfo", "r");
  char line[128];
  unsigned long long kib = 0;
  while (file != NULL && fgets(line, sizeof line, file) != NULL)
    if (sscanf(line, "MemFree: %llu kB", &kib) == 1) break;
  if (file != NULL) fclose(file);
  return kib * 1024;
}

static int is_busy(u64 now) { return pattern != PHASES || now / 5000000000u % 2 == 0; }

// Writes this thread's part of the set. The first thread also sweeps and tells.
static void *writer(void *argument) {
  int me = (int)(intptr_t)argument;
  struct counters *c = &counters[me];
  u64 all = values_in_database > 0 ? values_in_database : pages_in_set;
  u64 first = all * (u64)me / (u64)threads;
  u64 count = all * (u64)(me + 1) / (u64)threads - first;
  u64 hot = count / 5 > 0 ? count / 5 : 1, cold = count - hot;
  u64 my_rate = rate / (u64)threads + (rate != 0 && rate < (u64)threads);
  u64 random = mix((u64)boot << 8 | (u64)me), next = 0, at = 0;
  u64 now = now_ns(), told = 0, tokens_at = now, swept_at = now;
  u64 statics = pages_in_all - pages_in_set + values_in_database, keys[VALUES_MAX];
  for (;;) {
    u64 batch = 0;
    while (database_gone) {
      // It goes on telling, and what it tells of stands still.
      tell_progress();
      sleep_ns(PRINT_MS * 1000000u);
    }
    if (count > 0 && is_busy(now)) {
      // Few at a time: after a switch to post-copy each may wait for its page, and the telling waits with them.
      batch = BATCH_MAX;
      if (my_rate != 0) {
        // What a stop kept back is not caught up with: at most 50 ms of writes at once.
        if (now - tokens_at > 50000000u) tokens_at = now - 50000000u;
        u64 allowed = (now - tokens_at) * my_rate / 1000000000u;
        if (allowed < batch) batch = allowed;
        tokens_at += batch * 1000000000u / my_rate;
      }
    } else {
      tokens_at = now;
    }
    for (u64 i = 0; i < batch; i++) {
      random ^= random << 13;
      random ^= random >> 7;
      random ^= random << 17;
      u64 high = random >> 32, page;
      switch (pattern) {
        case SEQUENTIAL:
          page = next;
          if (++next == count) next = 0;
          break;
        case HOT_COLD:
          page = (random & 0xffff) < 52429 || cold == 0 ? high * hot >> 32 : hot + (high * cold >> 32);
          break;
        default:
          page = high * count >> 32;
      }
      if (values_in_database > 0) keys[i] = page;
      else rewrite_page(first + page, c);
    }
    if (values_in_database > 0 && batch > 0) {
      u64 asked = now_ns();
      if (!database_rewrite(keys, batch, c)) database_gone = 1;
      note_requests((now_ns() - asked) / 1000);
    }
    c->work += batch;
    if (me == 0 && statics > 0) {
      if (now > swept_at + 50000000u) swept_at = now - 50000000u;
      if (now >= swept_at + 1000000000u / SWEEP_PER_SECOND) {
        swept_at += sweep(&at, c);
      }
    }
    if (me == 0 && now - told >= PRINT_MS * 1000000u) {
      told = now;
      c->work++;
      tell_progress();
      tell_requests();
    }
    u64 now_after = now_ns(), sweep_debt = me == 0 && statics > 0 && now_after > swept_at ? now_after - swept_at : 0;
    if (batch == 0 && sweep_debt < 8 * (1000000000u / SWEEP_PER_SECOND)) {
      // Nothing is due: that this thread could have worked counts as work.
      sleep_ns(count == 0 || !is_busy(now) ? 10000000u : 4000000u);
      c->work++;
    }
    now = now_ns();
  }
  return NULL;
}

static u64 setting(const char *command_line, const char *name, u64 otherwise) {
  const char *found = strstr(command_line, name);
  return found == NULL ? otherwise : strtoull(found + strlen(name), NULL, 10);
}

int main(void) {
  mkdir("/proc", 0755);
  mkdir("/dev", 0755);
  mount("proc", "/proc", "proc", 0, NULL);
  mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
  int console = open("/dev/console", O_RDWR | O_NOCTTY);
  if (console >= 0)
    for (int i = 0; i < 3; i++) dup2(console, i);
  static char command_line[4096];
  FILE *file = fopen("/proc/cmdline", "r");
  if (file == NULL || fgets(command_line, sizeof command_line, file) == NULL) command_line[0] = 0;
  if (file != NULL) fclose(file);
  load_modules();
  open_serial();

  struct timespec wall;
  clock_gettime(CLOCK_REALTIME, &wall);
  boot = (u32)mix((u64)wall.tv_nsec ^ (u64)wall.tv_sec << 30 ^ now_ns() ^ __builtin_ia32_rdtsc());
  pages_in_set = setting(command_line, "lf.set=", 0);
  rate = setting(command_line, "lf.rate=", 0);
  disk_rate = setting(command_line, "lf.disk=", 0);
  threads = (int)setting(command_line, "lf.threads=", 1);
  values_in_database = setting(command_line, "lf.database=", 0);
  value_bytes = setting(command_line, "lf.value=", PAGE);
  if (value_bytes < 16 || value_bytes > PAGE) value_bytes = PAGE;
  read_percent = setting(command_line, "lf.reads=", 25);
  if (read_percent > 100) read_percent = 100;
  int compiles = setting(command_line, "lf.compiler=", 0) != 0;
  // One client; further vCPUs are the server's.
  if (threads < 1 || values_in_database > 0) threads = 1;
  // The first tells and reads, the second compiles.
  if (compiles) threads = 2;
  if (threads > MAX_THREADS) threads = MAX_THREADS;
  if (strstr(command_line, "lf.pattern=hot-cold") != NULL) pattern = HOT_COLD;
  if (strstr(command_line, "lf.pattern=sequential") != NULL) pattern = SEQUENTIAL;
  if (strstr(command_line, "lf.pattern=phases") != NULL) pattern = PHASES;

  printf("landfall: the guest runs\n");
  fflush(stdout);

  is_text = strstr(command_line, "lf.content=text") != NULL;
  is_dense = setting(command_line, "lf.dense=", 0) != 0;
  for (int i = 0; i < WORDS; i++) filler[i] = mix(~(u64)i);
  for (u64 i = 0; i < VOCABULARY; i++)
    for (u64 letter = 0, from = mix(~i); letter < 8; letter++, from /= 26) vocabulary[i] = vocabulary[i] << 8 | ('a' + from % 26);
  // Transparent huge pages make the kernel keep 44 MiB free; without them to spare it would end this very program.
  file = fopen("/proc/sys/vm/min_free_kbytes", "w");
  if (file != NULL) {
    fputs("8192", file);
    fclose(file);
  }
  if (values_in_database > 0 && !database_start(values_in_database)) {
    printf("landfall: no database in this initramfs, or it does not start\n");
    for (;;) pause();
  }
  if (compiles && !compiler_start()) {
    printf("landfall: no compiler in this initramfs, or no memory for its sources\n");
    for (;;) pause();
  }
  // What a program needs besides comes and goes.
  u64 spare = values_in_database > 0 || compiles ? 48u << 20 : 24u << 20, available = free_bytes();
  u64 usable = available > spare ? (available - spare) / (PAGE + 16) : 0;
  if (pages_in_set > usable) pages_in_set = usable;
  pages_in_all = setting(command_line, "lf.fill=", 1) != 0 ? usable : pages_in_set;
  versions = mmap(NULL, pages_in_set * sizeof *versions + PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  arena = mmap(NULL, pages_in_all * PAGE + PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (arena == MAP_FAILED || versions == MAP_FAILED) {
    printf("landfall: no memory for %llu pages\n", (unsigned long long)pages_in_all);
    for (;;) pause();
  }
  for (u64 page = 0; page < pages_in_all || page == 0; page++) {
    if (page % 8192 == 0)
      tell(page > 0, "F %08x %llu %llu %llu %llu", boot, (unsigned long long)uptime_ms(), (unsigned long long)page,
           (unsigned long long)(pages_in_all + values_in_database), (unsigned long long)pages_in_set);
    if (page == pages_in_all) break;
    fill_page(page);
  }

  pthread_t thread;
  pthread_create(&thread, NULL, power_button, NULL);
  if (disk_rate > 0) pthread_create(&thread, NULL, disk_writer, "/dev/vda");
  if (disk_rate > 0 && access("/dev/vdb", F_OK) == 0) pthread_create(&thread, NULL, disk_writer, "/dev/vdb");
  if (compiles) pthread_create(&thread, NULL, compiler, &counters[1]);
  else
    for (int i = 1; i < threads; i++) pthread_create(&thread, NULL, writer, (void *)(intptr_t)i);
  writer((void *)0);
}
