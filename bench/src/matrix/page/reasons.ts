import type { Measured } from '../lost-work.ts'
import { targets } from './verdict.ts'

/** Why a target is missed where it is, and what was tried for it. */
interface Reason {
  readonly why: string
  readonly tried: string
}

const forWork =
  'Post-copy as soon as the first pass ends is soonest, and costs the guest seconds of work. The default waits for passes of deltas, or for a rest, as long as a second of waiting saves 0.4 s of work'

/** By what a target says of itself; shown only where that target is missed. */
export const reasons: Readonly<Record<string, Reason>> = {
  'default intent: total time ÷ lower bound, guests that write faster than the link, median': {
    why: `${forWork}. One live pass and post-copy behind it come to what the table of what arithmetic leaves says`,
    tried:
      '`--time-worth` 0.05 to 2 (the row `time-worth`); deltas chosen by the whole cost, which took less time and lost more work (the row `deltas-worth`)',
  },
  'default intent: total time ÷ lower bound, guests that write faster than the link': {
    why: 'A guest at twice the link’s rate is waited for through passes of deltas, which save it two and a half seconds of work. The bound of one with phases stops it in a rest with nothing left to send: whoever copies all of its memory once while it runs needs more than 1.3 × that, and it writes again before the rest has carried what is left',
    tried:
      'waiting for one rest, for three and for none; forecasts of bursts and rests; post-copy at the end of the first pass',
  },
  'default intent: total time ÷ best peer': {
    why: `${forWork}. The quickest other is post-copy after the first pass throughout`,
    tried: 'the same as for the lower bound: with `--time-worth 2` post-copy comes as early as its own does',
  },
  'default intent: lost work ÷ best peer (100 ms are nothing)': {
    why: 'Whoever waits longest loses least: a peer that goes on for two or three times as long gives its guest more rests, or smaller last passes. One that rewrites all of its set at once loses one post-copy, whoever moves it, and differs by half a second from run to run',
    tried: '`--time-worth 0.05`, which waits for as long',
  },
  "default intent: lost work ÷ auto-converge's, median of the workloads": {
    why: 'A guest whose pages do not shrink as deltas and that always writes loses one stop, or one post-copy, of what its set holds, whoever moves it',
    tried: 'light throttles instead of post-copy: more lost work, and the time of auto-converge',
  },
  'verdict before the start wrong': {
    why: 'Without post-copy and with a pause of 10 s allowed passes of deltas were predicted to end by themselves, and took a pause of 0.6 to 2.4 s, for which the limit is raised',
    tried:
      'since then a plan whose passes likely, or at worst, end in such a pause says that the first passes decide, and names it',
  },
  'error of the total time before the start, 90th percentile': {
    why: 'What is off most are guests in bursts: which phase the end of a pass falls into decides, and the probe sees two or three of them',
    tried:
      'longer probes (8 s at most); passes gone through from sixteen moments of the phases seen (docs/how-it-decides.md)',
  },
  'error of the downtime predicted for an early switchover, each run': {
    why: 'What is sent in the pause goes at what the two cores leave to QEMU: those that are off took longer beside tests and compilers of the idle class',
    tried: 'nothing: on a machine with nothing beside it each was within 20 % (2026-11-30-2)',
  },
  'bytes ÷ (M + 1.2 R̂)': {
    why: 'A guest a little slower than the link leaves nearly its whole set behind the first pass though its plateau is nothing: the table of what arithmetic leaves has what any live copy sends',
    tried: 'stopping for what is left after the first pass, which is a pause beyond the default’s limit',
  },
}

/** The targets that are missed, with the reason and what was tried; empty where none is. */
export function reasonsTable(measured: Measured): string {
  const missed = targets(measured).filter(({ met }) => met === false)
  if (missed.length === 0) return ''
  const rows = missed.map(
    ({ what }) => `| ${what} | ${reasons[what]?.why ?? 'not known'} | ${reasons[what]?.tried ?? '-'} |`,
  )
  return ['Those that are missed:', '', '| what | why | what was tried |', '|---|---|---|', ...rows].join('\n')
}
