// Devices of PCI's bus 0, by the configuration ports.
#ifndef LANDFALL_ROM_PCI_H
#define LANDFALL_ROM_PCI_H
#include "processor.h"

static inline void choose_pci(u32 device, u32 function, u32 offset) {
  out32(0xcf8, 0x80000000u | device << 11 | function << 8 | (offset & ~3u));
}
static inline u32 read_pci(u32 device, u32 function, u32 offset) {
  choose_pci(device, function, offset);
  return in32(0xcfc);
}
static inline void write_pci(u32 device, u32 function, u32 offset, u32 value) {
  choose_pci(device, function, offset);
  out32(0xcfc, value);
}

// Gives a device's first BAR these ports and lets it use them and the memory; its interrupts stay off.
static inline void enable_ports(u32 device, u16 ports) {
  write_pci(device, 0, 0x10, ports);
  write_pci(device, 0, 4, 0x0405);
}
#endif
