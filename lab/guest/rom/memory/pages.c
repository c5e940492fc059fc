#include "pages.h"

#include "layout.h"

enum { SECOND = WORDS / 3, THIRD = 2 * WORDS / 3, LAST = WORDS - 1, LINE = 8, SPOT_CHECKS = 4 };
// What compresses: words of eight letters out of so many, in any order. zstd's level 1 makes a quarter to a third of them.
enum { VOCABULARY = 4096 };
#define GOLDEN 0x9e3779b97f4a7c15ul

enum rewrite rewrite;
int is_text;
u64 pages_in_all, pages_in_set;
static u64 (*memory)[WORDS];
// Of each page of the set, how often it was written. It lies in the arena, too, and is moved with it.
static u32 *versions;
static u64 vocabulary[VOCABULARY];

static inline u64 stamp(u64 page, u32 version) { return page << 32 | version; }

// ---- what a page holds ---------------------------------------------------------------------------------------------

// What a write with that version did, as the bits of a hash say: nothing of it is kept anywhere, so that any word of any
// page can be told from its version alone.
static inline u64 change_of(u64 page, u32 version) { return mix(stamp(page, version) ^ GOLDEN); }

static inline u32 kind_of(u64 change) { return (u32)(change % 19); }
static inline u32 line_of(u64 change, u32 i) { return (u32)(change >> (16 + 6 * i)) & 63; }
static inline u32 lines_of(u64 change) { return 1 + (change >> 8 & 7); }

// Whether that write of a mixed guest reached word i.
static inline int reaches(u64 change, u32 i) {
  u32 kind = kind_of(change);
  if (kind < 6) {
    for (u32 k = 0, n = lines_of(change); k < n; k++)
      if (line_of(change, k) == i / LINE) return 1;
    return 0;
  }
  if (kind < 12) return i / 128 == (change >> 8 & 3);
  if (kind < 15) return i / 256 == (change >> 8 & 1);
  return 1;
}

static inline int compresses(u64 change) { return kind_of(change) >= 17; }

static inline u64 text_at(u64 key, u32 i) { return vocabulary[mix(key + i) % VOCABULARY]; }
static inline u64 noise_at(u64 key, u32 i) {
  u64 x = key + i * GOLDEN;
  return x ^ x >> 32;
}

static inline u64 content(u64 page, u32 version, u32 i) {
  u64 key = mix(stamp(page, version));
  int text = is_text || (rewrite == MIXED && version > 1 && compresses(change_of(page, version)));
  return text ? text_at(key, i) : noise_at(key, i);
}

static inline u64 stamp_at(u64 value, u32 i) {
  switch (i) {
    case 0: return value;
    case 1: return ~value;
    case SECOND: return value ^ 0x5555555555555555u;
    case THIRD: return value ^ 0xaaaaaaaaaaaaaaaau;
    default: return ~value;
  }
}
static inline int is_stamp(u32 i) {
  return i == 0 || (rewrite == STAMP ? i == 1 : i == SECOND || i == THIRD || i == LAST);
}

// The word that a page of the set has at i when it was written `version` times.
static u64 word_of(u64 page, u32 version, u32 i) {
  if (is_stamp(i)) return stamp_at(stamp(page, version), i);
  u32 writer = version;
  if (rewrite == STAMP || rewrite == STAMPS) writer = 1;
  if (rewrite == MIXED)
    while (writer > 1 && !reaches(change_of(page, writer), i)) writer--;
  return content(page, writer, i);
}

// ---- writing -------------------------------------------------------------------------------------------------------

void divide_arena(u64 bytes, u64 set, int fill) {
  for (u64 i = 0; i < VOCABULARY; i++)
    for (u64 letter = 0, from = mix(~i); letter < 8; letter++, from /= 26) vocabulary[i] = vocabulary[i] << 8 | ('a' + from % 26);
  u64 most = bytes / (PAGE + sizeof *versions) - 1;
  pages_in_set = set < most ? set : most;
  versions = (u32 *)ARENA;
  u64 taken = (pages_in_set * sizeof *versions + PAGE - 1) / PAGE;
  memory = (u64(*)[WORDS])(ARENA + taken * PAGE);
  pages_in_all = fill ? bytes / PAGE - taken : pages_in_set;
}

static void write_span(u64 *words, u64 page, u32 version, u32 from, u32 count) {
  u64 key = mix(stamp(page, version));
  int text = is_text || (rewrite == MIXED && version > 1 && compresses(change_of(page, version)));
  if (text)
    for (u32 i = from; i < from + count; i++) words[i] = text_at(key, i);
  else
    for (u32 i = from; i < from + count; i++) words[i] = noise_at(key, i);
}

static inline void write_stamps(u64 *words, u64 value) {
  words[0] = value;
  if (rewrite == STAMP) {
    words[1] = ~value;
    return;
  }
  words[SECOND] = stamp_at(value, SECOND);
  words[THIRD] = stamp_at(value, THIRD);
  words[LAST] = stamp_at(value, LAST);
}

void fill_page(u64 page) {
  // A page that is never rewritten has the content of version 0 and no stamps.
  u32 version = page < pages_in_set;
  write_span(memory[page], page, version, 0, WORDS);
  if (!version) return;
  versions[page] = 1;
  write_stamps(memory[page], stamp(page, 1));
}

static void write_change(u64 *words, u64 page, u32 version) {
  u64 change = change_of(page, version);
  u32 kind = kind_of(change);
  if (kind < 6)
    for (u32 k = 0, n = lines_of(change); k < n; k++) write_span(words, page, version, line_of(change, k) * LINE, LINE);
  else if (kind < 12) write_span(words, page, version, (change >> 8 & 3) * 128, 128);
  else if (kind < 15) write_span(words, page, version, (change >> 8 & 1) * 256, 256);
  else write_span(words, page, version, 0, WORDS);
}

void rewrite_page(u64 page, u64 random, struct counters *c) {
  check_page(page, random, c);
  u64 *words = memory[page];
  c->written++;
  if (rewrite == MIXED && random % 20 == 0) {
    // Written, and nothing changed: the kernel and QEMU take the page for a dirty one all the same.
    write_stamps(words, stamp(page, versions[page]));
    return;
  }
  u32 version = versions[page] + 1;
  if (rewrite == ALL) write_span(words, page, version, 0, WORDS);
  else if (rewrite == MIXED) write_change(words, page, version);
  versions[page] = version;
  write_stamps(words, stamp(page, version));
}

// ---- checking ------------------------------------------------------------------------------------------------------

// Puts a wrong word right, so that it is counted once; returns whether it was wrong.
static inline int check_word(const char *kind, u64 page, u32 i, u64 expected, int is_told) {
  u64 found = memory[page][i];
  if (__builtin_expect(found == expected, 1)) return 0;
  if (is_told) note_wrong(kind, page, expected, found);
  memory[page][i] = expected;
  return 1;
}

static int check_stamps(u64 page) {
  u64 value = stamp(page, versions[page]);
  int wrong = check_word("page", page, 0, value, 1);
  if (rewrite == STAMP) return wrong + check_word("page", page, 1, stamp_at(value, 1), !wrong);
  wrong += check_word("page", page, SECOND, stamp_at(value, SECOND), !wrong);
  wrong += check_word("page", page, THIRD, stamp_at(value, THIRD), !wrong);
  return wrong + check_word("page", page, LAST, stamp_at(value, LAST), !wrong);
}

void check_page(u64 page, u64 random, struct counters *c) {
  int wrong = check_stamps(page);
  for (u32 k = 0; k < SPOT_CHECKS; k++, random >>= 9) {
    u32 i = random % WORDS;
    wrong += check_word("content", page, i, word_of(page, versions[page], i), !wrong);
  }
  c->verified++;
  c->wrong += wrong != 0;
}

void check_whole_page(u64 page, struct counters *c) {
  int wrong = 0;
  if (page >= pages_in_set)
    for (u32 i = 0; i < WORDS; i++) wrong += check_word("static", page, i, content(page, 0, i), !wrong);
  else
    for (u32 i = 0; i < WORDS; i++) wrong += check_word(is_stamp(i) ? "page" : "content", page, i, word_of(page, versions[page], i), !wrong);
  c->verified++;
  c->wrong += wrong != 0;
}
