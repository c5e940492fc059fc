#include "counters.h"

struct counters counters[PROCESSORS_MAX];

static struct wrong wrongs[WRONGS_MAX];
static u32 noted, told;

void note_wrong(const char *kind, u64 index, u64 expected, u64 found) {
  u32 i = __atomic_fetch_add(&noted, 1, __ATOMIC_RELAXED);
  if (i >= WRONGS_MAX) return;
  wrongs[i].kind = kind;
  wrongs[i].index = index;
  wrongs[i].expected = expected;
  wrongs[i].found = found;
  __atomic_store_n(&wrongs[i].is_complete, 1, __ATOMIC_RELEASE);
}

const struct wrong *next_wrong(void) {
  if (told == WRONGS_MAX || !__atomic_load_n(&wrongs[told].is_complete, __ATOMIC_ACQUIRE)) return 0;
  return &wrongs[told++];
}
