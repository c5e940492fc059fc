import { monotonicNowMs } from '@landfall/lab'
import { hasEnded } from '@landfall/openstack'
import type { Case, Shown } from '../case.ts'
import { autoConverge, busy, fast, nothingArmed, postCopy } from '../case.ts'
import { landfall, reportOf } from '../command.ts'
import type { Instance } from '../instance.ts'
import { jobOf, newest, outcome, reached, until } from '../instance.ts'

/** By Landfall, through Nova. */
async function moved(of: Instance, hostsFile: string, options: readonly string[]) {
  const since = monotonicNowMs()
  const running = landfall(hostsFile, ['migrate', of.id, '--to', of.to, '--json', ...options])
  const exitCode = await running.ended
  const report = reportOf(running.printed())
  const after = await outcome(of, since)
  return { exitCode, report, after, told: running.told() }
}

const seconds = (ms: number | null | undefined): string =>
  ms === null || ms === undefined ? '?' : `${(ms / 1000).toFixed(1)} s`

/** A move that has to land by that strategy, right in every place. */
async function lands(of: Instance, hostsFile: string, strategy: string, options: readonly string[]): Promise<Shown> {
  const { exitCode, report, after, told } = await moved(of, hostsFile, options)
  const landed = report?.outcome === 'completed' && after.record === 'completed' && after.novaHost === of.to
  return {
    asExpected: exitCode === 0 && landed && after.right && report.strategy === strategy,
    words: `${report?.outcome ?? 'no report'} by ${report?.strategy ?? '?'}, job ${seconds(report?.totalTimeMs)}, downtime ${seconds(report?.downtimeMs)}, stall ${seconds(after.longestStallMs)}, lost ${after.lostWorkSeconds?.toFixed(1) ?? '?'} s of work; Nova ${after.record}, ${after.status} on ${after.novaHost}`,
    figures: { exitCode, report, after, told },
  }
}

/** Nova by itself: within that time from libvirt's job on it ends, or is aborted. */
async function alone(of: Instance, patienceMs: number, isExpectedToEnd: boolean): Promise<Shown> {
  const { cloud, id } = of
  const before = await newest(of)
  const since = monotonicNowMs()
  await cloud.compute.actions.liveMigrate(id, { host: of.to })
  const running = await reached(of, before, 'running')
  if (running === null) throw new Error('Nova did not begin')
  const beganAt = Date.now()
  let hasBegun = false
  const ended = await until(
    async () => {
      // Nova's record runs before libvirt's job does, and a host of a busy machine does not answer each time.
      const type = (await jobOf(of, of.from)).get('Job type')
      hasBegun ||= type !== undefined && !type.includes('None')
      return hasBegun && type?.includes('None') === true ? true : hasEnded((await newest(of)) ?? running)
    },
    patienceMs,
    500,
  )
  const tookMs = Date.now() - beganAt
  const record = await newest(of)
  if (!ended && record !== null) await cloud.compute.serverMigrations.abort(id, record.id)
  const endedAt = monotonicNowMs()
  const after = await outcome(of, since, { atMs: endedAt })
  const job = ended ? await jobOf(of, of.to, true) : new Map<string, string>()
  const lost = after.lostWorkSeconds?.toFixed(1) ?? '?'
  return {
    asExpected: ended === isExpectedToEnd && after.right,
    words: ended
      ? `ended by itself, job ${job.get('Time elapsed') ?? '?'}, downtime ${job.get('Total downtime') ?? job.get('Downtime') ?? '?'}, lost ${lost} s of work; Nova ${after.record}`
      : `not ended after ${seconds(tookMs)} of copying, then aborted; Nova ${after.record}, ${after.status}`,
    figures: { ended, tookMs, job: Object.fromEntries(job), after },
  }
}

const base = { guest: busy, link: fast } as const

export const landing: Readonly<Record<string, Case>> = {
  alone: {
    ...base,
    what: 'Nova’s defaults, Nova alone, for 100 s',
    options: nothingArmed,
    run: (of) => alone(of, 100_000, false),
  },
  pause: {
    ...base,
    what: 'Nova’s defaults, steered, a pause of 10 s allowed',
    options: nothingArmed,
    run: (of, hostsFile) => lands(of, hostsFile, 'early-switchover', ['--max-pause', '10s']),
  },
  hopeless: {
    ...base,
    what: 'Nova’s defaults, steered, a pause of 300 ms allowed',
    options: nothingArmed,
    run: async (of, hostsFile) => {
      const { exitCode, report, after, told } = await moved(of, hostsFile, ['--max-pause', '300ms'])
      const message = report?.reason.message ?? told
      const stayed = after.right && after.novaHost === of.from
      return {
        asExpected:
          report?.outcome === 'aborted' &&
          stayed &&
          message.includes('after pass 2') &&
          message.includes('permit_post_copy'),
        words: `${report?.outcome ?? 'no report'} after ${seconds(report?.totalTimeMs)}; Nova ${after.record}, ${after.status} on ${after.novaHost}: ${message}`,
        figures: { exitCode, report, after, told },
      }
    },
  },
  'auto-converge-alone': {
    ...base,
    what: 'permit_auto_converge, Nova alone, for 240 s',
    options: autoConverge,
    run: (of) => alone(of, 240_000, true),
  },
  'auto-converge': {
    ...base,
    what: 'permit_auto_converge, steered, 99 % allowed',
    options: autoConverge,
    run: (of, hostsFile) => lands(of, hostsFile, 'throttle', ['--max-slowdown', '99%', '--max-pause', '1s']),
  },
  'post-copy': {
    ...base,
    what: 'permit_post_copy, steered, a pause of 1 s allowed',
    options: postCopy,
    run: (of, hostsFile) => lands(of, hostsFile, 'post-copy', ['--max-pause', '1s']),
  },
}
