#ifndef LANDFALL_ROM_CLOCK_H
#define LANDFALL_ROM_CLOCK_H
#include "processor.h"

// Ticks a second.
extern u64 hertz;
// Finds that out; takes 20 ms, and up to a quarter of a second on a busy machine.
void measure_clock(void);
static inline u64 ticks_of_ms(u64 ms) { return ms * (hertz / 1000); }
static inline u64 ms_of(u64 count) { return count / (hertz / 1000); }
static inline u64 us_of(u64 count) { return count / (hertz / 1000000); }

// What a stop kept the guest from is made up for no longer than for so long: when what was due then counts as due now.
enum { CATCH_UP_MS = 50 };
static inline u64 still_due(u64 due, u64 now) {
  u64 catch_up = ticks_of_ms(CATCH_UP_MS);
  return now > due + catch_up ? now - catch_up : due;
}
#endif
