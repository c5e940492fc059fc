#ifndef LANDFALL_ROM_POWER_H
#define LANDFALL_ROM_POWER_H

// The power button of the q35 machine (ACPI, in its LPC bridge), polled: no interrupt, no ACPI table.
void watch_power_button(void);
int power_button_was_pressed(void);
// Does not return.
void power_off(void);
#endif
