// Where things are in the guest's memory; boot.S has the same numbers. Everything below 16 MiB is the guest's own, the rest
// is the arena: the memory that it fills, rewrites and checks.
//
// 0x006000 where further processors start        0x007000..0x008000 stack of CPL 0
// 0x010000 the program, copied from the ROM, then its .bss, up to 0x30000
// 0x030000 page tables: PML4, PDPT, directories  0x040000 TSS of the first processor with its I/O bitmap
// 0x043000 TSS of the others                     0x050000..0x060000 stack of the program (CPL 3)
// 0x061000 IDT                                   0x100000 stacks of the other processors
// 0x150000 versions of the disks' blocks         0x170000 blocks on their way
// 0x180000 rings of the disks                    0x200000 directories that map the arena
#ifndef LANDFALL_ROM_LAYOUT_H
#define LANDFALL_ROM_LAYOUT_H

enum {
  START_PAGE = 0x6000,
  PML4 = 0x30000,
  OTHER_STACKS = 0x100000,
  BLOCK_VERSIONS = 0x150000,
  DISK_DATA = 0x170000,
  RINGS = 0x180000,
  ARENA_TABLES = 0x200000,
  ARENA_START = 0x1000000,
};
// The arena's memory has a hole below 4 GiB; its addresses have none. Entry 2 of the PML4.
#define ARENA 0x10000000000ul

#endif
