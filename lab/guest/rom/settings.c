#include "settings.h"

#include "layout.h"

enum { SELECTOR = 0x510, DATA = 0x511, SIGNATURE = 0, DIRECTORY = 0x19 };
enum { E820_RAM = 1, E820_MAX = 64 };

struct __attribute__((packed)) e820_entry {
  u64 start, bytes;
  u32 type;
};

static char text[2048];
static struct e820_entry map[E820_MAX];
static u32 map_count;

static u32 big_endian(const u8 *b) { return (u32)b[0] << 24 | (u32)b[1] << 16 | (u32)b[2] << 8 | b[3]; }

static int equal(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return *a == *b;
}

static u32 least(u32 a, u32 b) { return a < b ? a : b; }

int read_settings(void) {
  static u8 entry[64];
  out16(SELECTOR, SIGNATURE);
  in_bytes(DATA, entry, 4);
  if (big_endian(entry) != 0x51454d55) return 0;  // "QEMU"
  // The whole directory first: to read a file is to leave it.
  static u8 files[128 * 64];
  out16(SELECTOR, DIRECTORY);
  in_bytes(DATA, entry, 4);
  u32 count = least(big_endian(entry), sizeof files / 64);
  in_bytes(DATA, files, count * 64);
  for (u32 i = 0; i < count; i++) {
    u8 *file = files + i * 64;
    u16 key = (u16)(file[4] << 8 | file[5]);
    if (equal((char *)file + 8, "opt/landfall/guest")) {
      out16(SELECTOR, key);
      in_bytes(DATA, text, least(big_endian(file), sizeof text - 1));
    } else if (equal((char *)file + 8, "etc/e820")) {
      out16(SELECTOR, key);
      map_count = least(big_endian(file) / sizeof *map, E820_MAX);
      in_bytes(DATA, map, map_count * sizeof *map);
    }
  }
  return map_count > 0;
}

static int is_end(char c) { return c == 0 || c == ' ' || c == '\n'; }

// The text behind "key=" at the start of a word; 0 where there is none.
static const char *find(const char *key) {
  for (const char *p = text; *p; p++) {
    if (p > text && !is_end(p[-1])) continue;
    const char *a = p, *b = key;
    while (*b && *a == *b) a++, b++;
    if (*b == 0 && *a == '=') return a + 1;
  }
  return 0;
}

u64 number_setting(const char *key, u64 otherwise) {
  const char *p = find(key);
  if (p == 0 || *p < '0' || *p > '9') return otherwise;
  u64 value = 0;
  while (*p >= '0' && *p <= '9') value = value * 10 + (u64)(*p++ - '0');
  return value;
}

int is_setting(const char *key, const char *value) {
  const char *p = find(key);
  if (p == 0) return 0;
  while (*value && *p == *value) p++, value++;
  return *value == 0 && is_end(*p);
}

int memory_ranges(struct range ranges[2]) {
  int count = 0;
  for (u32 i = 0; i < map_count && count < 2; i++) {
    u64 start = map[i].start, end = start + map[i].bytes;
    if (start < ARENA_START) start = ARENA_START;
    if (map[i].type == E820_RAM && end > start) ranges[count++] = (struct range){start, end - start};
  }
  return count;
}
