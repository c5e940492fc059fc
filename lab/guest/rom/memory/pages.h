// The pages of the arena: what they hold, writing them anew, and checking every word against what was written.
#ifndef LANDFALL_ROM_PAGES_H
#define LANDFALL_ROM_PAGES_H
#include "counters.h"

// What a write changes of a page, beside its stamps:
//   STAMP   nothing: 16 bytes at its start
//   STAMPS  nothing: 32 bytes in four places
//   MIXED   of twenty writes one changes nothing at all (not even a stamp); of the others 6 in 19 change 1 to 8 scattered
//           lines of 64 bytes, 6 in 19 one KiB, 3 in 19 half of the page, 4 in 19 all of it (half of those compress)
//   PAGES   every word
enum rewrite { STAMP, STAMPS, MIXED, ALL };

// Set once, before the first page is filled.
extern enum rewrite rewrite;
extern int is_text;
// Pages of the arena, and those of them, from the first on, that are rewritten.
extern u64 pages_in_all, pages_in_set;

// Divides an arena of that many bytes: at most `set` rewritten pages, and all that is left where `fill` is set.
void divide_arena(u64 bytes, u64 set, int fill);
void fill_page(u64 page);
// Checks a page of the set in part, then writes its next version; `random` chooses what is checked and what changes.
void rewrite_page(u64 page, u64 random, struct counters *c);
// Checks the stamps of a page and some more words of it.
void check_page(u64 page, u64 random, struct counters *c);
// Checks every word of a page.
void check_whole_page(u64 page, struct counters *c);
#endif
