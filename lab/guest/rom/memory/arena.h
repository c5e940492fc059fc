// The guest's memory from 16 MiB on at addresses without a hole.
#ifndef LANDFALL_ROM_ARENA_H
#define LANDFALL_ROM_ARENA_H
#include "processor.h"

// Maps all of it at ARENA; returns its bytes, a multiple of 2 MiB.
u64 map_arena(void);
#endif
