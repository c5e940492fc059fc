// Time, and what is told on the second serial port.
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "guest.h"

enum { REPORTED_MAX = 50 };

static int serial = -1;
static volatile int reported;

u64 now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (u64)t.tv_sec * 1000000000u + (u64)t.tv_nsec;
}

void sleep_ns(u64 ns) {
  struct timespec t = {.tv_sec = (time_t)(ns / 1000000000u), .tv_nsec = (long)(ns % 1000000000u)};
  nanosleep(&t, NULL);
}

void open_serial(void) {
  serial = open("/dev/ttyS1", O_RDWR | O_NOCTTY | O_NONBLOCK);
  struct termios settings;
  if (serial >= 0 && tcgetattr(serial, &settings) == 0) {
    cfmakeraw(&settings);
    cfsetspeed(&settings, B115200);
    settings.c_cflag |= CLOCAL;
    tcsetattr(serial, TCSANOW, &settings);
  }
}

static pthread_mutex_t telling = PTHREAD_MUTEX_INITIALIZER;
static char pending[1024];
static size_t pending_length;

// A recorder that does not read must not stop the guest: what the port does not take now waits, and while it waits
// `optional` lines are left out.
void tell(int optional, const char *format, ...) {
  pthread_mutex_lock(&telling);
  while (pending_length > 0) {
    ssize_t n = write(serial, pending, pending_length);
    if (n <= 0) break;
    pending_length -= (size_t)n;
    memmove(pending, pending + n, pending_length);
  }
  char line[256];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(line, sizeof line - 8, format, arguments);
  va_end(arguments);
  u32 sum = 0;
  for (int i = 0; i < length; i++) sum = (sum * 31 + (unsigned char)line[i]) & 0xffff;
  length += snprintf(line + length, 8, " %04x\n", sum);
  if (pending_length == 0 || (!optional && pending_length + (size_t)length < sizeof pending)) {
    ssize_t n = pending_length == 0 ? write(serial, line, (size_t)length) : 0;
    if (n < 0) n = 0;
    memcpy(pending + pending_length, line + n, (size_t)(length - n));
    pending_length += (size_t)(length - n);
  }
  pthread_mutex_unlock(&telling);
}

u64 uptime_ms(void) { return now_ns() / 1000000u; }

void tell_wrong(const char *kind, u64 index, u64 expected, u64 found) {
  if (__atomic_add_fetch(&reported, 1, __ATOMIC_RELAXED) > REPORTED_MAX) return;
  tell(0, "W %08x %llu %s %llu %016llx %016llx", boot, (unsigned long long)uptime_ms(), kind, (unsigned long long)index,
       (unsigned long long)expected, (unsigned long long)found);
}
