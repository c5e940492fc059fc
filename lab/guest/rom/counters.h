// What each processor counts, and what it found wrong. Each writes its own counters; the first processor tells of them all.
#ifndef LANDFALL_ROM_COUNTERS_H
#define LANDFALL_ROM_COUNTERS_H
#include "processor.h"

struct counters {
  volatile u64 work, written, verified, wrong, sweeps, longest_gap;
} __attribute__((aligned(64)));

extern struct counters counters[PROCESSORS_MAX];

enum { WRONGS_MAX = 50 };
struct wrong {
  const char *kind;
  u64 index, expected, found;
  volatile int is_complete;
};

// Keeps the first WRONGS_MAX of them to be told; counts nothing.
void note_wrong(const char *kind, u64 index, u64 expected, u64 found);
// The next one that was not told yet; 0 where there is none.
const struct wrong *next_wrong(void);
#endif
