#include "registers.h"

// FXSAVE's image: control word at 0, status 2, tags 4, MXCSR 24, ST0-7 from 32 on (10 of each 16 bytes), XMM0-15 from 160 on.
enum { CONTROL = 0, STATUS = 2, TAGS = 4, MXCSR = 24, ST = 32, XMM = 160, END = XMM + 16 * 16 };

static int is_state(u32 at) {
  if (at < 5) return 1;
  if (at >= MXCSR && at < MXCSR + 4) return 1;
  if (at >= ST && at < XMM) return at % 16 < 10;
  return at >= XMM && at < END;
}

void load_registers(struct registers *r, u32 processor) {
  r->version++;
  memset(r->wanted, 0, sizeof r->wanted);
  *(u16 *)(r->wanted + CONTROL) = 0x037f;
  *(u16 *)(r->wanted + STATUS) = 0;
  r->wanted[TAGS] = 0xff;
  *(u32 *)(r->wanted + MXCSR) = 0x1f80;
  for (u32 i = 0; i < 8; i++) {
    // Normal numbers: their first bit is set.
    *(u64 *)(r->wanted + ST + 16 * i) = mix(r->version << 16 | processor << 8 | i) | 1ul << 63;
    *(u16 *)(r->wanted + ST + 16 * i + 8) = (u16)(0x3fff + i);
  }
  for (u32 i = 0; i < 32; i++) *(u64 *)(r->wanted + XMM + 8 * i) = mix(r->version << 16 | processor << 8 | (64 + i));
  __asm__ volatile("fxrstor64 %0" ::"m"(r->wanted));
}

void check_registers(struct registers *r, u32 processor) {
  __asm__ volatile("fxsave64 %0" : "=m"(r->found));
  for (u32 at = 0; at < END; at++) {
    if (!is_state(at) || r->found[at] == r->wanted[at]) continue;
    counters[processor].wrong++;
    note_wrong("register", (u64)processor << 16 | at, r->wanted[at], r->found[at]);
    break;
  }
  load_registers(r, processor);
}
