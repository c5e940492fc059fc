// Lines for the serial ports, put together without a C library and sent at once.
#ifndef LANDFALL_ROM_LINES_H
#define LANDFALL_ROM_LINES_H
#include "processor.h"

enum { CONSOLE = 0x3f8, PROGRESS = 0x2f8 };

void add_text(const char *text);
void add_number(u64 value);
void add_hex(u64 value, int digits);
// A blank and a number.
void add_field(u64 value);
// Sends the line to the console.
void send_console(void);
// Whether the progress port has taken what it was given.
int progress_is_free(void);
// Sends the line to the progress port, with its checksum; waits until the port is free.
void send_progress(void);
#endif
