#include "lines.h"

static char line[512];
static u32 used;

static void add(char c) {
  if (used < sizeof line - 8) line[used++] = c;
}

void add_text(const char *text) {
  while (*text) add(*text++);
}

void add_number(u64 value) {
  char digits[20];
  int count = 0;
  do digits[count++] = (char)('0' + value % 10);
  while (value /= 10);
  while (count > 0) add(digits[--count]);
}

void add_hex(u64 value, int digits) {
  while (digits-- > 0) add("0123456789abcdef"[value >> 4 * digits & 15]);
}

void add_field(u64 value) {
  add(' ');
  add_number(value);
}

static int is_free(u16 port) { return (in8(port + 5) & 0x20) != 0; }

static void send(u16 port) {
  line[used++] = '\n';
  out_bytes(port, line, used);
  used = 0;
}

void send_console(void) { send(CONSOLE); }

int progress_is_free(void) { return is_free(PROGRESS); }

void send_progress(void) {
  u32 sum = 0;
  for (u32 i = 0; i < used; i++) sum = (sum * 31 + (u8)line[i]) & 0xffff;
  add(' ');
  add_hex(sum, 4);
  while (!progress_is_free()) relax();
  send(PROGRESS);
}

// An exception at CPL 3, or a fault of boot.S: the last that this guest says.
void trapped(u64 vector, u64 code, u64 rip, u64 address) {
  used = 0;
  add_text("exception");
  add_field(vector);
  add_text(" code ");
  add_hex(code, 8);
  add_text(" at ");
  add_hex(rip, 16);
  add_text(" address ");
  add_hex(address, 16);
  send_console();
}

// The compiler may call these.
void *memset(void *to, int value, u64 count) {
  void *start = to;
  __asm__ volatile("rep stosb" : "+D"(to), "+c"(count) : "a"(value) : "memory");
  return start;
}

void *memcpy(void *to, const void *from, u64 count) {
  void *start = to;
  __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(count)::"memory");
  return start;
}
