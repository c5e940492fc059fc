// The guest: no operating system. It fills its memory, rewrites a part of it, checks all of it against what it wrote, does
// the same with its volumes, and tells how far it is on the second serial port, in the lines of the Linux guest (guest.c
// there), with one number more: the longest time, in us of its own clock, in which one of its processors did not get on since
// the line before.
//
// Settings: lf.set (pages rewritten) lf.rate (pages a second, 0: no limit) lf.pattern (uniform, hot-cold, drift, sequential,
// scan) lf.burst and lf.idle (ms of writing and of rest, by turns) lf.rewrite (stamp, stamps, mixed, pages) lf.compute (turns
// of a loop between writes) lf.disk (blocks a second, of each volume) lf.fill (0 or 1) lf.content (random, text) lf.threads
// (processors that write) lf.rest (halt, spin: what a processor does that has nothing to do)
// lf.check (pages a second that are read through and checked, over and over)
#include "counters.h"
#include "layout.h"
#include "registers.h"
#include "settings.h"
#include "device/clock.h"
#include "device/disk.h"
#include "device/lines.h"
#include "device/power.h"
#include "memory/arena.h"
#include "memory/pages.h"
#include "memory/writer.h"

enum { TELL_MS = 40, FILLED_AT_ONCE = 8192, SWEPT_PER_SECOND = 8192 };

extern const u8 other_start[], other_start_end[];

static struct work work;
static struct registers registers[PROCESSORS_MAX];
static struct writer writers[PROCESSORS_MAX];
static int halts;
static u32 boot;
static u64 booted;

static void begin_line(const char *kind) {
  add_text(kind);
  add_text(" ");
  add_hex(boot, 8);
  add_field(ms_of(ticks() - booted));
}

static void tell_filled(u64 filled) {
  begin_line("F");
  add_field(filled);
  add_field(pages_in_all);
  add_field(pages_in_set);
  add_field(pages_in_all);
  send_progress();
}

static void tell_wrongs(void) {
  for (const struct wrong *w = next_wrong(); w; w = next_wrong()) {
    begin_line("W");
    add_text(" ");
    add_text(w->kind);
    add_field(w->index);
    add_text(" ");
    add_hex(w->expected, 16);
    add_text(" ");
    add_hex(w->found, 16);
    send_progress();
  }
}

static void tell_progress(void) {
  struct counters sum = {0};
  sum.sweeps = ~0ul;
  for (u32 i = 0; i < work.processors; i++) {
    struct counters *c = &counters[i];
    sum.work += c->work;
    sum.written += c->written;
    sum.verified += c->verified;
    sum.wrong += c->wrong;
    if (c->sweeps < sum.sweeps) sum.sweeps = c->sweeps;
    u64 gap = __atomic_exchange_n(&c->longest_gap, 0, __ATOMIC_RELAXED);
    if (gap > sum.longest_gap) sum.longest_gap = gap;
    // One that never gets on again says nothing itself.
    u64 last = writers[i].last_turn, now = ticks();
    if (last && now > last && now - last > sum.longest_gap) sum.longest_gap = now - last;
  }
  begin_line("P");
  add_field(sum.work);
  add_field(sum.written);
  add_field(sum.verified);
  add_field(sum.wrong);
  add_field(blocks_written);
  add_field(blocks_verified);
  add_field(blocks_wrong);
  add_field(sum.sweeps);
  add_field(us_of(sum.longest_gap));
  send_progress();
}

static void configure(void) {
  work.rate = number_setting("lf.rate", 0);
  work.burst_ms = number_setting("lf.burst", 0);
  work.idle_ms = number_setting("lf.idle", 0);
  work.compute = number_setting("lf.compute", 0);
  work.sweep_rate = number_setting("lf.check", SWEPT_PER_SECOND);
  u64 processors = number_setting("lf.threads", 1);
  work.processors = (u32)(processors < 1 ? 1 : processors > PROCESSORS_MAX ? PROCESSORS_MAX : processors);
  if (is_setting("lf.pattern", "hot-cold")) work.pattern = HOT_COLD;
  if (is_setting("lf.pattern", "drift")) work.pattern = DRIFT;
  if (is_setting("lf.pattern", "sequential")) work.pattern = SEQUENTIAL;
  if (is_setting("lf.pattern", "scan")) work.pattern = SCAN;
  rewrite = is_setting("lf.rewrite", "stamp") ? STAMP : is_setting("lf.rewrite", "mixed") ? MIXED : is_setting("lf.rewrite", "pages") ? ALL : STAMPS;
  is_text = is_setting("lf.content", "text");
  halts = !is_setting("lf.rest", "spin");
}

static void start_others(void) {
  memcpy((void *)START_PAGE, other_start, (u64)(other_start_end - other_start));
  for (u32 i = 1; i < work.processors; i++) {
    *apic(APIC_TARGET) = i << 24;
    *apic(APIC_COMMAND) = 0x4500;  // INIT
    for (u64 until = ticks() + ticks_of_ms(1); ticks() < until;) relax();
    *apic(APIC_TARGET) = i << 24;
    // One whose thread the host has not let run by then may miss it; one that runs ignores it.
    while (!writers[i].last_turn) {
      *apic(APIC_COMMAND) = 0x4600 | START_PAGE / PAGE;  // start there
      for (u64 until = ticks() + ticks_of_ms(10); !writers[i].last_turn && ticks() < until;) relax();
    }
  }
}

static void rest(int more) {
  if (more) return;
  if (halts) halt();
  else relax();
}

// A register file is looked at as often as lines are sent: what a migration did to it is then still in it.
static int is_time_to_look(u64 now, u64 *due) {
  if (now < *due) return 0;
  u64 every = ticks_of_ms(TELL_MS);
  *due = now - *due > every ? now + every : *due + every;
  return 1;
}

void other_main(u32 processor) {
  struct writer *w = &writers[processor];
  start_timer();
  load_registers(&registers[processor], processor);
  start_writer(w, &work, processor);
  for (u64 look_due = ticks();;) {
    u64 now = ticks();
    if (is_time_to_look(now, &look_due)) check_registers(&registers[processor], processor);
    rest(write_turn(w, now));
  }
}

static void end(void) {
  while (!disks_are_still()) disks_turn(ticks(), 1);
  tell_wrongs();
  begin_line("Q");
  send_progress();
  for (u64 until = ticks() + ticks_of_ms(TELL_MS); !progress_is_free() || ticks() < until;) relax();
  power_off();
}

void main(void) {
  out8(CONSOLE + 2, 1);  // FIFOs on
  out8(PROGRESS + 2, 1);
  if (!read_settings()) {
    add_text("no settings: this guest needs QEMU's fw_cfg");
    send_console();
    for (;;) relax();
  }
  measure_clock();
  booted = ticks();
  boot = (u32)mix(booted);
  configure();
  add_text("landfall: the guest runs");
  send_console();
  start_timer();
  watch_power_button();
  divide_arena(map_arena(), number_setting("lf.set", 0), number_setting("lf.fill", 1) != 0);
  for (u64 page = 0; page < pages_in_all; page++) {
    if (page % FILLED_AT_ONCE == 0) tell_filled(page);
    fill_page(page);
  }
  tell_filled(pages_in_all);
  work.started = ticks();
  start_disks(number_setting("lf.disk", 0));
  start_others();
  load_registers(&registers[0], 0);
  start_writer(&writers[0], &work, 0);
  for (u64 look_due = ticks();;) {
    u64 now = ticks();
    if (is_time_to_look(now, &look_due)) {
      check_registers(&registers[0], 0);
      tell_wrongs();
      if (progress_is_free()) tell_progress();
      if (power_button_was_pressed()) end();
    }
    disks_turn(now, 0);
    rest(write_turn(&writers[0], now));
  }
}
