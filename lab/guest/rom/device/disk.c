#include "disk.h"

#include "clock.h"
#include "counters.h"
#include "layout.h"
#include "pci.h"

// Virtio's legacy registers at the ports of BAR 0, and its ring (virtio 1.x, 4.1.4.8 and 2.7).
enum { FEATURES = 4, QUEUE = 8, QUEUE_SIZE = 12, QUEUE_SELECT = 14, NOTIFY = 16, STATUS = 18, CAPACITY = 20 };
enum { ACKNOWLEDGE = 1, DRIVER = 2, DRIVER_OK = 4, NEXT = 1, DEVICE_WRITES = 2, NO_INTERRUPT = 1 };
enum { VIRTIO = 0x1af4, BLOCK_DEVICE = 0x1001, FIRST_PORTS = 0xc000 };
enum { DISKS_MAX = 2, SLOTS = 8, BLOCKS_MAX = 16384, QUEUE_MAX = 1024, RING_BYTES = 0x8000, DISK_BYTES = 0x10000, SECTORS_PER_BLOCK = PAGE / 512 };
enum { READ = 0, WRITE = 1 };

struct descriptor {
  u64 address;
  u32 bytes;
  u16 flags, next;
};
struct available {
  u16 flags;
  volatile u16 index;
  u16 ring[];
};
struct used {
  u16 flags;
  volatile u16 index;
  struct {
    u32 id, bytes;
  } ring[];
};

// A block that is first read and checked, then written.
struct slot {
  enum { FREE, READING, WRITING } state;
  u64 block;
};
struct request {
  u32 type, reserved;
  u64 sector;
};

static struct disk {
  u16 ports, queue_size, seen;
  u64 count, random, due, step;
  u32 *versions;
  struct descriptor *descriptors;
  struct available *available;
  struct used *used;
  struct slot slots[SLOTS];
  struct request requests[SLOTS];
  u8 outcomes[SLOTS];
} disks[DISKS_MAX];
static u32 disk_count;
static u64 (*const data)[SLOTS][WORDS] = (void *)DISK_DATA;

u64 blocks_written, blocks_verified, blocks_wrong;

static void start_disk(u32 device, u64 blocks_per_second) {
  struct disk *d = &disks[disk_count];
  d->ports = (u16)(FIRST_PORTS + disk_count * 0x100);
  enable_ports(device, d->ports);
  out8(d->ports + STATUS, 0);
  out8(d->ports + STATUS, ACKNOWLEDGE | DRIVER);
  out32(d->ports + FEATURES, 0);
  out16(d->ports + QUEUE_SELECT, 0);
  d->queue_size = in16(d->ports + QUEUE_SIZE);
  u64 ring = RINGS + disk_count * RING_BYTES;
  if (d->queue_size < 3 * SLOTS || d->queue_size > QUEUE_MAX) return;
  memset((void *)ring, 0, RING_BYTES);
  d->descriptors = (struct descriptor *)ring;
  d->available = (struct available *)(ring + d->queue_size * sizeof(struct descriptor));
  d->used = (struct used *)(((u64)&d->available->ring[d->queue_size] + 2 + PAGE - 1) & ~(PAGE - 1ul));
  d->available->flags = NO_INTERRUPT;
  out32(d->ports + QUEUE, (u32)(ring / PAGE));
  out8(d->ports + STATUS, ACKNOWLEDGE | DRIVER | DRIVER_OK);
  u64 blocks = (in32(d->ports + CAPACITY) | (u64)in32(d->ports + CAPACITY + 4) << 32) / SECTORS_PER_BLOCK;
  d->count = blocks < BLOCKS_MAX ? blocks : BLOCKS_MAX;
  d->versions = (u32 *)((u64)BLOCK_VERSIONS + disk_count * DISK_BYTES);
  memset(d->versions, 0, DISK_BYTES);
  d->due = ticks();
  d->random = mix(d->due) | 1;
  d->step = hertz / blocks_per_second;
  disk_count++;
}

void start_disks(u64 blocks_per_second) {
  if (blocks_per_second == 0) return;
  for (u32 device = 0; device < 32 && disk_count < DISKS_MAX; device++)
    if (read_pci(device, 0, 0) == ((u32)BLOCK_DEVICE << 16 | VIRTIO)) start_disk(device, blocks_per_second);
}

// A block's words say which block it is, and how often it was written.
static inline u64 stamp(u64 block, u32 version) { return block << 32 | version; }
static inline u64 word(u64 block, u32 version, u64 i) {
  return i == 0 ? stamp(block, version) : mix(stamp(block, version)) + i * 0x9e3779b97f4a7c15u;
}

static void submit(struct disk *d, u32 i, u32 type) {
  u64 *block = data[d - disks][i];
  struct descriptor *chain = &d->descriptors[3 * i];
  d->slots[i].state = type == READ ? READING : WRITING;
  d->requests[i] = (struct request){type, 0, d->slots[i].block * SECTORS_PER_BLOCK};
  d->outcomes[i] = 0xff;
  chain[0] = (struct descriptor){(u64)&d->requests[i], sizeof d->requests[i], NEXT, (u16)(3 * i + 1)};
  chain[1] = (struct descriptor){(u64)block, PAGE, NEXT | (type == READ ? DEVICE_WRITES : 0), (u16)(3 * i + 2)};
  chain[2] = (struct descriptor){(u64)&d->outcomes[i], 1, DEVICE_WRITES, 0};
  d->available->ring[d->available->index % d->queue_size] = (u16)(3 * i);
  __asm__ volatile("mfence" ::: "memory");
  d->available->index++;
}

static void wrong(const char *kind, u64 block, u64 expected, u64 found) {
  blocks_wrong++;
  note_wrong(kind, block, expected, found);
}

static void read_came(struct disk *d, u32 i) {
  u64 block = d->slots[i].block, *words = data[d - disks][i];
  u32 known = d->versions[block];
  if (known) {
    for (u64 k = 0; k < WORDS; k++) {
      if (words[k] == word(block, known, k)) continue;
      wrong("block", block, word(block, known, k), words[k]);
      break;
    }
    blocks_verified++;
  }
  // Versions go on from an earlier boot's, so that a stale block is told from a fresh one.
  u32 version = (known ? known : words[0] >> 32 == block ? (u32)words[0] : 0) + 1;
  for (u64 k = 0; k < WORDS; k++) words[k] = word(block, version, k);
  submit(d, i, WRITE);
}

static void write_came(struct disk *d, u32 i) {
  d->versions[d->slots[i].block] = (u32)data[d - disks][i][0];
  d->slots[i].state = FREE;
  blocks_written++;
}

static int is_under_way(const struct disk *d, u64 block) {
  for (u32 i = 0; i < SLOTS; i++)
    if (d->slots[i].state != FREE && d->slots[i].block == block) return 1;
  return 0;
}

static void disk_turn(struct disk *d, u64 now, int is_ending) {
  u16 asked = d->available->index;
  for (; d->seen != d->used->index; d->seen++) {
    // What the device wrote before it raised the index.
    __asm__ volatile("" ::: "memory");
    u32 i = d->used->ring[d->seen % d->queue_size].id / 3;
    int is_read = d->slots[i].state == READING;
    if (d->outcomes[i] != 0) {
      wrong(is_read ? "read" : "write", d->slots[i].block, 0, d->outcomes[i]);
      d->slots[i].state = FREE;
    } else if (is_read) read_came(d, i);
    else write_came(d, i);
  }
  d->due = still_due(d->due, now);
  for (u32 i = 0; i < SLOTS && !is_ending && d->due <= now; i++) {
    if (d->slots[i].state != FREE) continue;
    d->random = mix(d->random);
    u64 block = (d->random >> 32) * d->count >> 32;
    if (is_under_way(d, block)) continue;
    d->slots[i].block = block;
    submit(d, i, READ);
    d->due += d->step;
  }
  if (d->available->index != asked) out16(d->ports + NOTIFY, 0);
}

void disks_turn(u64 now, int is_ending) {
  for (u32 i = 0; i < disk_count; i++) disk_turn(&disks[i], now, is_ending);
}

int disks_are_still(void) {
  for (u32 i = 0; i < disk_count; i++)
    for (u32 k = 0; k < SLOTS; k++)
      if (disks[i].slots[k].state != FREE) return 0;
  return 1;
}
