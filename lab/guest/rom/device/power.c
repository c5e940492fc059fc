#include "power.h"

#include "pci.h"

// Intel ICH9, 13.8.3: PMBASE and ACPI_CNTL of the LPC bridge (device 31), PM1_STS, PM1_EN and PM1_CNT behind PMBASE.
enum { LPC = 31, ICH9 = 0x29188086, PMBASE = 0x40, ACPI_CONTROL = 0x44, ACPI_ENABLE = 0x80, PORTS = 0x600 };
enum { PM1_STATUS = PORTS, PM1_ENABLE = PORTS + 2, PM1_CONTROL = PORTS + 4, POWER_BUTTON = 0x100, SLEEP = 0x2000 };

static int has_button;

void watch_power_button(void) {
  // On another machine its ports are nobody's, and read as if the button were pressed.
  has_button = read_pci(LPC, 0, 0) == ICH9;
  if (!has_button) return;
  write_pci(LPC, 0, PMBASE, PORTS | 1);
  write_pci(LPC, 0, ACPI_CONTROL, ACPI_ENABLE);
  out16(PM1_ENABLE, POWER_BUTTON);
}

int power_button_was_pressed(void) { return has_button && (in16(PM1_STATUS) & POWER_BUTTON) != 0; }

void power_off(void) {
  for (;;) out16(PM1_CONTROL, SLEEP);
}
