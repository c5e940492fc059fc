// The guest's volumes: blocks that are written, read back and checked.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "guest.h"

enum { DISK_BLOCKS_MAX = 16384 };

u64 disk_rate;
volatile u64 blocks_written, blocks_verified, blocks_wrong;

static void stamp_block(u64 *words, u64 block, u32 version) {
  u64 key = mix(stamp(block, version));
  words[0] = stamp(block, version);
  for (int i = 1; i < WORDS; i++) words[i] = key + (u64)i * 0x9e3779b97f4a7c15u;
}

void *disk_writer(void *device) {
  int disk = open(device, O_RDWR | O_DIRECT);
  u64 bytes = 0;
  if (disk < 0 || ioctl(disk, BLKGETSIZE64, &bytes) != 0) return NULL;
  u64 count = bytes / PAGE < DISK_BLOCKS_MAX ? bytes / PAGE : DISK_BLOCKS_MAX;
  u32 *known = calloc(count, sizeof *known);
  u64 *buffer = aligned_alloc(PAGE, PAGE), *wanted = aligned_alloc(PAGE, PAGE);
  u64 random = mix(boot), due = now_ns();
  for (;;) {
    random ^= random << 13;
    random ^= random >> 7;
    random ^= random << 17;
    u64 block = (random >> 32) * count >> 32;
    off_t offset = (off_t)(block * PAGE);
    if (pread(disk, buffer, PAGE, offset) != PAGE) {
      __atomic_add_fetch(&blocks_wrong, 1, __ATOMIC_RELAXED);
      tell_wrong("read", block, PAGE, (u64)errno);
    } else if (known[block] != 0) {
      stamp_block(wanted, block, known[block]);
      if (memcmp(buffer, wanted, PAGE) != 0) {
        __atomic_add_fetch(&blocks_wrong, 1, __ATOMIC_RELAXED);
        tell_wrong("block", block, wanted[0], buffer[0]);
      }
      __atomic_add_fetch(&blocks_verified, 1, __ATOMIC_RELAXED);
    }
    // Versions go on from an earlier boot's, so that a stale block is told from a fresh one.
    u32 version = (known[block] != 0 ? known[block] : buffer[0] >> 32 == block ? (u32)buffer[0] : 0) + 1;
    stamp_block(wanted, block, version);
    if (pwrite(disk, wanted, PAGE, offset) != PAGE) {
      __atomic_add_fetch(&blocks_wrong, 1, __ATOMIC_RELAXED);
      tell_wrong("write", block, PAGE, (u64)errno);
    } else {
      known[block] = version;
      __atomic_add_fetch(&blocks_written, 1, __ATOMIC_RELAXED);
    }
    due += 1000000000u / disk_rate;
    u64 now = now_ns();
    if (due > now) sleep_ns(due - now);
    else if (now - due > 50000000u) due = now;
  }
  return NULL;
}
