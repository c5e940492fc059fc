// What the guest asks of its machine: modules of the kernel, the power button, and to be switched off.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/input.h>
#include <linux/module.h>
#include <poll.h>
#include <stdio.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "guest.h"

static void power_off(void) {
  tell(0, "Q %08x %llu", boot, (unsigned long long)uptime_ms());
  sleep_ns(100000000u);
  sync();
  reboot(RB_POWER_OFF);
}

void *power_button(void *unused) {
  (void)unused;
  struct pollfd devices[8];
  nfds_t used = 0;
  for (int tries = 0; tries < 50 && used == 0; tries++) {
    for (int i = 0; i < 8; i++) {
      char path[32];
      snprintf(path, sizeof path, "/dev/input/event%d", i);
      int device = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
      if (device >= 0) devices[used++] = (struct pollfd){.fd = device, .events = POLLIN};
    }
    if (used == 0) sleep_ns(100000000u);
  }
  while (used > 0 && poll(devices, used, -1) > 0)
    for (nfds_t i = 0; i < used; i++) {
      struct input_event event;
      while (read(devices[i].fd, &event, sizeof event) == sizeof event)
        if (event.type == EV_KEY && event.code == KEY_POWER && event.value == 1) power_off();
    }
  return NULL;
}

void load_modules(void) {
  static const char *const suffixes[] = {"ko", "ko.xz"};
  for (int i = 0; i < 32; i++)
    for (int compressed = 0; compressed < 2; compressed++) {
      char path[32];
      snprintf(path, sizeof path, "/modules/%02d.%s", i, suffixes[compressed]);
      int file = open(path, O_RDONLY | O_CLOEXEC);
      if (file < 0) continue;
      int flags = compressed ? MODULE_INIT_COMPRESSED_FILE : 0;
      if (syscall(SYS_finit_module, file, "", flags) != 0 && errno != EEXIST) printf("landfall: %s: %m\n", path);
      close(file);
    }
}
