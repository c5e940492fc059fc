import { monotonicNowMs } from '@landfall/lab'
import type { Case, Shown } from '../case.ts'
import { calm, nothingArmed, slowest } from '../case.ts'
import { landfall } from '../command.ts'
import type { Instance } from '../instance.ts'
import { outcome } from '../instance.ts'
import { leftBehind, placesOf } from './faults.ts'

/** Each mends what the ones before it have to find in order. */
const order = ['send-back', 'remove-leftover', 'heal-allocations', 'reset-state'] as const

interface Seen {
  readonly verdicts: Readonly<Record<(typeof order)[number], { readonly what: string; readonly why?: unknown }>>
}

/** What `landfall repair` shows, and its exit code. */
async function shown(of: Instance, hostsFile: string) {
  const running = landfall(hostsFile, ['repair', of.id, '--json'])
  const exitCode = await running.ended
  const seen = exitCode === 0 || exitCode === 7 ? (JSON.parse(running.printed()) as Seen) : null
  return { exitCode, seen, told: running.told() }
}

async function repaired(of: Instance, hostsFile: string): Promise<Shown> {
  const since = monotonicNowMs()
  await leftBehind(of)
  const orphan = await outcome(of, since)
  const steps: unknown[] = []
  const done: string[] = []
  for (const name of order) {
    const before = await shown(of, hostsFile)
    steps.push(before)
    if (before.seen?.verdicts[name].what !== 'possible') continue
    const running = landfall(hostsFile, ['repair', of.id, '--do', name, '--json'])
    const exitCode = await running.ended
    steps.push({ did: name, exitCode, told: running.told() })
    done.push(exitCode === 0 ? name : `${name} (exit code ${exitCode})`)
  }
  const last = await shown(of, hostsFile)
  const after = await outcome(of, since, { sweep: true })
  const isHome = after.runsOn.join() === of.from && after.novaHost === of.from && after.status === 'ACTIVE'
  const isWhole =
    after.writesOn && after.verdict.wrongPages + after.verdict.wrongBlocks === 0 && !after.verdict.rebooted
  return {
    asExpected: orphan.runsOn.join() === of.to && last.exitCode === 0 && isHome && isWhole && after.allocations === 1,
    words: `an orphan; then ${done.join(', ') || 'nothing was possible'}: exit code ${last.exitCode}; ${placesOf(of, after)}`,
    figures: { orphan, steps, last, after },
  }
}

export const repair: Readonly<Record<string, Case>> = {
  repair: {
    what: 'an orphan that a killed nova-compute left behind, brought home and mended by landfall repair',
    breaks: true,
    guest: calm,
    options: nothingArmed,
    link: slowest,
    spoils: true,
    run: repaired,
  },
}
