#include "arena.h"

#include "layout.h"
#include "settings.h"

enum { LARGE_PAGE = 2 << 20, PRESENT_WRITABLE_USER = 7, LARGE = 0xe0 };

// The page tables are the program's to write: where nothing was mapped before, nothing has to be flushed.
u64 map_arena(void) {
  struct range ranges[2];
  int count = memory_ranges(ranges);
  u64 *upper = (u64 *)ARENA_TABLES, mapped = 0;
  memset(upper, 0, PAGE);
  for (int i = 0; i < count; i++) {
    u64 end = ranges[i].start + ranges[i].bytes;
    for (u64 at = ranges[i].start; at + LARGE_PAGE <= end; at += LARGE_PAGE, mapped++) {
      u64 *directory = (u64 *)(ARENA_TABLES + PAGE * (1 + mapped / 512));
      if (mapped % 512 == 0) {
        memset(directory, 0, PAGE);
        upper[mapped / 512] = (u64)directory | PRESENT_WRITABLE_USER;
      }
      directory[mapped % 512] = at | LARGE | PRESENT_WRITABLE_USER;
    }
  }
  ((u64 *)PML4)[2] = (u64)upper | PRESENT_WRITABLE_USER;
  return mapped * LARGE_PAGE;
}
