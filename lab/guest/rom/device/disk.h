// The guest's volumes: virtio block devices of bus 0 by their ports, polled. Each writes, reads back and checks its blocks.
#ifndef LANDFALL_ROM_DISK_H
#define LANDFALL_ROM_DISK_H
#include "processor.h"

extern u64 blocks_written, blocks_verified, blocks_wrong;

// Finds the disks, at most two, and starts them at so many blocks a second each.
void start_disks(u64 blocks_per_second);
// Takes what has come back and asks for what is due; nothing more is asked for once `is_ending`.
void disks_turn(u64 now, int is_ending);
// Whether no request is under way.
int disks_are_still(void);
#endif
