// What one processor does all the time: it rewrites its part of the set in a pattern and at a rate, and reads through its
// part of the memory.
#ifndef LANDFALL_ROM_WRITER_H
#define LANDFALL_ROM_WRITER_H
#include "counters.h"

enum pattern { UNIFORM, HOT_COLD, DRIFT, SEQUENTIAL, SCAN };

struct work {
  enum pattern pattern;
  // Pages a second in all, 0: no limit.
  u64 rate;
  // Of a cycle of writing and idling, how long each lasts in ms; 0 idle: it never idles.
  u64 burst_ms, idle_ms;
  // Turns of an empty loop between two writes: a guest whose rate follows its processor time.
  u64 compute;
  // Pages a second that are read whole, one after the other; 0: none.
  u64 sweep_rate;
  u32 processors;
  u64 started;
};

struct writer {
  const struct work *work;
  struct counters *counters;
  u64 first, count, random, next;
  // When the next write is due, in ticks and 256ths.
  u64 due, due_fraction, step;
  // It sweeps its own part of the set, which nobody else writes meanwhile, and a part of the pages that nobody writes: where
  // that begins, how many pages both are, how far it is, and when the next one is due.
  u64 unwritten_first, sweep_count, sweep_at, sweep_due, sweep_step;
  volatile u64 last_turn;
};

void start_writer(struct writer *w, const struct work *work, u32 processor);
// A few writes and reads; returns whether there was something due.
int write_turn(struct writer *w, u64 now);
#endif
