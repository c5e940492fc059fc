#include "writer.h"

#include "device/clock.h"
#include "pages.h"

// Few writes at a time: after a switch to post-copy each may wait for its page, and the telling waits with them.
enum { BATCH = 64, WHOLE_PAGES_BATCH = 8, SWEEP_BATCH = 64, DRIFT_MS = 60000 };

void start_writer(struct writer *w, const struct work *work, u32 processor) {
  u64 n = work->processors;
  w->work = work;
  w->counters = &counters[processor];
  w->first = pages_in_set * processor / n;
  w->count = pages_in_set * (processor + 1) / n - w->first;
  u64 unwritten = pages_in_all - pages_in_set;
  w->unwritten_first = pages_in_set + unwritten * processor / n;
  w->sweep_count = w->count + pages_in_set + unwritten * (processor + 1) / n - w->unwritten_first;
  w->random = mix(work->started ^ processor) | 1;
  w->step = work->rate ? (hertz << 8) * n / work->rate : 0;
  w->sweep_step = work->sweep_rate ? hertz * n / work->sweep_rate : 0;
  w->due = w->sweep_due = w->last_turn = ticks();
}

static inline u64 next_random(struct writer *w) {
  u64 x = w->random;
  x ^= x << 13;
  x ^= x >> 7;
  x ^= x << 17;
  w->random = x;
  return x * 0x2545f4914f6cdd1du;
}

static u64 choose_page(struct writer *w, u64 random, u64 now) {
  u64 high = random >> 32, count = w->count;
  switch (w->work->pattern) {
    case SEQUENTIAL: {
      u64 page = w->next;
      w->next = page + 1 == count ? 0 : page + 1;
      return page;
    }
    case HOT_COLD: {
      // Four of five writes go to a fifth.
      u64 hot = count / 5 > 0 ? count / 5 : 1, cold = count - hot;
      return (random & 0xffff) < 52429 || cold == 0 ? high * hot >> 32 : hot + (high * cold >> 32);
    }
    case DRIFT: {
      // Most writes go near a place that walks through the whole set once a minute.
      u64 near = high * high >> 32;
      near = near * near >> 32;
      return (ms_of(now - w->work->started) % DRIFT_MS * count / DRIFT_MS + (near * count >> 32)) % count;
    }
    default: return high * count >> 32;
  }
}

static int is_idle(const struct work *work, u64 now) {
  return work->idle_ms && ms_of(now - work->started) % (work->burst_ms + work->idle_ms) >= work->burst_ms;
}

static void write_one(struct writer *w, u64 now) {
  u64 random = next_random(w), page = w->first + choose_page(w, random, now);
  // Of fifty looks at a page of a scan one writes.
  if (w->work->pattern == SCAN && random % 50 != 0) check_page(page, random, w->counters);
  else rewrite_page(page, random, w->counters);
  for (u64 turns = w->work->compute; turns; turns--) __asm__ volatile("");
  w->counters->work++;
}

static int write_due(struct writer *w, u64 now) {
  if (!w->count || is_idle(w->work, now)) {
    w->due = now;
    return 0;
  }
  int batch = rewrite >= MIXED ? WHOLE_PAGES_BATCH : BATCH;
  if (!w->step) {
    while (batch--) write_one(w, now);
    return 1;
  }
  w->due = still_due(w->due, now);
  int any = 0;
  for (; batch && w->due <= now; batch--, any = 1) {
    write_one(w, now);
    w->due_fraction += w->step;
    w->due += w->due_fraction >> 8;
    w->due_fraction &= 255;
  }
  return any && w->due <= now;
}

static int sweep_due(struct writer *w, u64 now) {
  if (!w->sweep_step || !w->sweep_count) return 0;
  w->sweep_due = still_due(w->sweep_due, now);
  for (int i = 0; i < SWEEP_BATCH && w->sweep_due <= now; i++, w->sweep_due += w->sweep_step) {
    u64 at = w->sweep_at;
    check_whole_page(at < w->count ? w->first + at : w->unwritten_first + (at - w->count), w->counters);
    if (++w->sweep_at < w->sweep_count) continue;
    w->sweep_at = 0;
    w->counters->sweeps++;
  }
  return w->sweep_due <= now;
}

int write_turn(struct writer *w, u64 now) {
  u64 gap = now > w->last_turn ? now - w->last_turn : 0;
  if (gap > w->counters->longest_gap) w->counters->longest_gap = gap;
  w->last_turn = now;
  int more = write_due(w, now);
  more |= sweep_due(w, now);
  // Nothing is due: that the processor could have worked counts as work.
  if (!more) w->counters->work++;
  return more;
}
