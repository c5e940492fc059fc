// What the parts of the guest's program share: time, telling, and the counters that it tells of.
#ifndef LANDFALL_GUEST_H
#define LANDFALL_GUEST_H
#include <stddef.h>
#include <stdint.h>

typedef uint64_t u64;
typedef uint32_t u32;

enum { PAGE = 4096, WORDS = PAGE / 8 };

// One cache line a thread, so that counting does not make them wait for each other.
struct counters {
  volatile u64 work, written, verified, wrong;
  u64 unused[4];
};

// Another one at each boot.
extern u32 boot;

// One to one; here, for it is worked out for each word that is written.
static inline u64 mix(u64 x) {
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

// What was written for the `version`th time at an index.
static inline u64 stamp(u64 page, u32 version) { return (page << 32) | version; }

u64 now_ns(void);
void sleep_ns(u64 ns);
u64 uptime_ms(void);
// Opens the progress port; before that nothing is told.
void open_serial(void);
// A line on the progress port, with its checksum; an optional one is left out while the port is full.
void tell(int optional, const char *format, ...);
// `found` was not what had been written, by its kind and index.
void tell_wrong(const char *kind, u64 index, u64 expected, u64 found);

// Blocks a second, of each volume.
extern u64 disk_rate;
extern volatile u64 blocks_written, blocks_verified, blocks_wrong;
// A thread for the volume at that path: vda, and vdb where the guest has a second one; each counts with the other.
void *disk_writer(void *device);

// 00.ko, 01.ko.xz, ...: in the order in which they need each other.
void load_modules(void);
// A thread. The power button is one of several input devices, and it may come up after this program.
void *power_button(void *unused);

// A value is as much as a page unless told, so that both are counted alike; redis keeps one in a slot of 5 KiB, and each
// update takes another slot.
enum { VALUES_MAX = 16 };
// At most a page.
extern u64 value_bytes;
// Of a hundred values that are written, so many are read and checked before.
extern u64 read_percent;

// What goes to a server and what has come from it, in buffers of whoever speaks.
struct conversation {
  int socket;
  char *out, *in;
  size_t in_room, out_length, in_length, in_taken;
};
// Begins it anew; 0 where nobody listens (yet).
int connect_once(struct conversation *with, const char *path);
// All that was put in `out`; 0 when the server is gone.
int send_requests(struct conversation *with);
// The next `length` bytes of the replies, there until the next are taken; NULL when the server is gone.
const char *take(struct conversation *with, size_t length);
// Counts and tells that; 0.
int server_gone(struct counters *c, const char *kind);

// Starts the server that is in /programs and stores `count` values; 0 where it cannot.
int database_start(u64 count);
// Stores the next versions of these values, at most VALUES_MAX; some are checked first, every byte of them. 0: the server
// is gone.
int database_rewrite(const u64 *keys, u64 count, struct counters *c);
// Reads and checks `count` values from `first` on; at most VALUES_MAX. 0: the server is gone.
int database_read(u64 first, u64 count, struct counters *c);

// The same of PostgreSQL, whose accounts have that much text, 512 bytes at most.
int postgres_start(u64 count);
int postgres_rewrite(const u64 *keys, u64 count, struct counters *c);
int postgres_read(u64 first, u64 count, struct counters *c);

// Writes the sources for the compiler that is in /programs; 0 where there is none.
int compiler_start(void);
// A thread: compiles them one after the other, again and again, and compares what comes of each with what came of it first.
// `written` and `verified` count the pages of what was made.
void *compiler(void *counters);
#endif
