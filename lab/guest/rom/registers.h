#ifndef LANDFALL_ROM_REGISTERS_H
#define LANDFALL_ROM_REGISTERS_H
#include "counters.h"

// The program computes with general registers only: what stands in the FPU's and SSE's of a processor stays there until it is
// looked at, through every migration in between.
struct registers {
  u8 wanted[512] __attribute__((aligned(16)));
  u8 found[512] __attribute__((aligned(16)));
  u64 version;
};

// Loads them with the values of the next version.
void load_registers(struct registers *r, u32 processor);
// Compares them with what was loaded, and loads the next version.
void check_registers(struct registers *r, u32 processor);
#endif
