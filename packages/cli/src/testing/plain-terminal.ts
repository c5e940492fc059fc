import type { Terminal } from '../output/terminal/terminal.ts'

/** A terminal that is none: nothing is redrawn or styled, and what is said goes nowhere unless it is taken. */
export const plainTerminal = (part: Partial<Terminal> = {}): Terminal => ({
  out: () => undefined,
  err: () => undefined,
  live: false,
  columns: () => 80,
  style: (_style, text) => text,
  redraw: () => undefined,
  settle: () => undefined,
  ...part,
})
