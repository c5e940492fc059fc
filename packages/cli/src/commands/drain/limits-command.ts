import type { ExitCode } from '@landfall/api'
import { LandfallError } from '@landfall/core'
import type { CommandRun } from '../run-command.ts'
import type { LimitOptions } from './drain-options.ts'
import { limitsGiven } from './drain-options.ts'
import { changeDrain } from './drain-run.ts'

/** `landfall drain limits HOST`: those that are not named stay as they are. */
export async function changeLimits(run: CommandRun, host: string, options: LimitOptions): Promise<ExitCode> {
  // Before anything is asked: a mistake in an option is told whether that host is drained or not.
  const given = limitsGiven(options)
  if (Object.keys(given).length === 0) {
    throw new LandfallError('bad-request', 'no limit is named, so none is changed', {
      next: `Name one or more: landfall drain limits ${host} --at-once 2 --per-destination 2 --fleet 20`,
    })
  }
  return changeDrain(run, host, ({ limits }) => ({ kind: 'limits', limits: { ...limits, ...given } }))
}
