// What the processor offers to a program at CPL 3: ports, its clock, its local APIC.
#ifndef LANDFALL_ROM_PROCESSOR_H
#define LANDFALL_ROM_PROCESSOR_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;

enum { PAGE = 4096, WORDS = PAGE / 8, PROCESSORS_MAX = 16 };

static inline void out8(u16 port, u8 value) { __asm__ volatile("outb %0, %1" ::"a"(value), "Nd"(port)); }
static inline void out16(u16 port, u16 value) { __asm__ volatile("outw %0, %1" ::"a"(value), "Nd"(port)); }
static inline void out32(u16 port, u32 value) { __asm__ volatile("outl %0, %1" ::"a"(value), "Nd"(port)); }
static inline u8 in8(u16 port) {
  u8 value;
  __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
  return value;
}
static inline u16 in16(u16 port) {
  u16 value;
  __asm__ volatile("inw %1, %0" : "=a"(value) : "Nd"(port));
  return value;
}
static inline u32 in32(u16 port) {
  u32 value;
  __asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
  return value;
}
// One exit to the hypervisor for all of it.
static inline void out_bytes(u16 port, const void *bytes, u64 count) {
  __asm__ volatile("rep outsb" : "+S"(bytes), "+c"(count) : "d"(port) : "memory");
}
static inline void in_bytes(u16 port, void *bytes, u64 count) {
  __asm__ volatile("rep insb" : "+D"(bytes), "+c"(count) : "d"(port) : "memory");
}

// Ticks of the processor's clock (TSC). It goes on while the guest is paused or moved where the hypervisor lets it.
static inline u64 ticks(void) {
  u32 low, high;
  __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
  return (u64)high << 32 | low;
}

// A wait of a few cycles, and one until the next interrupt: HLT faults at CPL 3, and boot.S halts for the program.
static inline void relax(void) { __asm__ volatile("pause" ::: "memory"); }
static inline void halt(void) { __asm__ volatile("hlt" ::: "memory"); }

enum { APIC_ID = 0x20, APIC_SPURIOUS = 0xf0, APIC_COMMAND = 0x300, APIC_TARGET = 0x310, APIC_TIMER = 0x320, APIC_COUNT = 0x380, APIC_DIVIDE = 0x3e0 };
static inline volatile u32 *apic(u32 offset) { return (volatile u32 *)(0xfee00000ul + offset); }

// The local APIC's timer wakes the processor every 4 ms: vector 0x40 of boot.S. Its clock has 1 GHz in KVM and in TCG.
static inline void start_timer(void) {
  *apic(APIC_SPURIOUS) = 0x14f;
  *apic(APIC_DIVIDE) = 0xb;
  *apic(APIC_TIMER) = 0x20040;
  *apic(APIC_COUNT) = 4000000;
}

static inline u64 mix(u64 x) {
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}


void *memset(void *to, int value, u64 count);
void *memcpy(void *to, const void *from, u64 count);

#endif
