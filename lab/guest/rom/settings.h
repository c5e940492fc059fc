// What the guest is told by its host, through QEMU's fw_cfg: the file opt/landfall/guest (words `lf.key=value`, as on the
// kernel's command line of the Linux guest), and where its memory is.
#ifndef LANDFALL_ROM_SETTINGS_H
#define LANDFALL_ROM_SETTINGS_H
#include "processor.h"

struct range {
  u64 start, bytes;
};

// Reads both; 0 where there is no fw_cfg.
int read_settings(void);
u64 number_setting(const char *key, u64 otherwise);
int is_setting(const char *key, const char *value);
// The memory from 16 MiB on, in at most two ranges; returns how many.
int memory_ranges(struct range ranges[2]);
#endif
