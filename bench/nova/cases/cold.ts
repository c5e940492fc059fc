import { monotonicNowMs } from '@landfall/lab'
import type { Case, Shown } from '../case.ts'
import { fast, nothingArmed, small } from '../case.ts'
import { landfall, reportOf } from '../command.ts'
import type { Instance } from '../instance.ts'
import { outcome } from '../instance.ts'

/** Moved cold by Nova, then confirmed or taken back, all by Landfall. */
async function coldThen(of: Instance, hostsFile: string, word: 'confirm' | 'revert'): Promise<Shown> {
  const move = landfall(hostsFile, ['migrate', of.id, '--to', of.to, '--cold', '--json'])
  const exitCode = await move.ended
  const report = reportOf(move.printed())
  const waiting = await of.cloud.compute.servers.get(of.id)
  const settle = landfall(hostsFile, [word, of.id])
  const settled = await settle.ended
  const since = monotonicNowMs()
  const after = await outcome(of, since)
  const host = word === 'confirm' ? of.to : of.from
  return {
    asExpected:
      exitCode === 0 &&
      settled === 0 &&
      waiting.status === 'VERIFY_RESIZE' &&
      after.status === 'ACTIVE' &&
      after.novaHost === host &&
      after.runsOn.join() === host &&
      after.verdict.wrongPages + after.verdict.wrongBlocks === 0,
    words: `moved in ${((report?.totalTimeMs ?? 0) / 1000).toFixed(0)} s, ${waiting.status}; ${word}: ${after.record}, ${after.status} on ${after.novaHost}, libvirt ${after.runsOn.join()}`,
    figures: {
      exitCode,
      settled,
      report,
      waiting: waiting.status,
      after,
      told: move.told() + settle.told() + settle.printed(),
    },
  }
}

const base = { guest: small('small1'), options: nothingArmed, link: fast } as const

export const cold: Readonly<Record<string, Case>> = {
  'cold-confirm': {
    ...base,
    what: 'landfall migrate --cold, then landfall confirm',
    run: (of, hostsFile) => coldThen(of, hostsFile, 'confirm'),
  },
  'cold-revert': {
    ...base,
    what: 'landfall migrate --cold, then landfall revert',
    run: (of, hostsFile) => coldThen(of, hostsFile, 'revert'),
  },
  scheduler: {
    ...base,
    what: 'landfall migrate without --to: Nova’s scheduler chooses',
    run: async (of, hostsFile) => {
      const since = monotonicNowMs()
      const move = landfall(hostsFile, ['migrate', of.id, '--json'])
      const exitCode = await move.ended
      const after = await outcome(of, since)
      return {
        asExpected: exitCode === 0 && after.right && after.novaHost === of.to && move.told().includes('scheduler'),
        words: `Nova ${after.record}, ${after.status} on ${after.novaHost}`,
        figures: { exitCode, report: reportOf(move.printed()), after, told: move.told() },
      }
    },
  },
}
