import type { Sample } from '../observe/sample.ts'
import type { Outlook, Stage, SteerState } from '../state.ts'
import { isAboutToStop } from '../observe/about-to-stop.ts'

const wouldBe: Partial<Record<Stage, string>> = {
  aborting: 'it would be aborted now',
  'post-copy-asked': 'it would be switched to post-copy now',
  'switching-over': 'the guest would be stopped now for what is left',
}

/**
 * The outlook for who only watches and does nothing: what steering has decided is told as what would be done, since whoever drives
 * it may decide otherwise. What the sample itself shows (a pause, post-copy, an end) is told as it is.
 *
 * @example stage `aborting` in a pass: `it would be aborted now: a pause of 6.3 s would be needed, 300 ms are allowed`
 */
export function watchedOutlook(outlook: Outlook, state: SteerState, { phase }: Sample): Outlook {
  const { stage } = state
  const line = stage.name === 'switching-over' && !isAboutToStop(state) ? undefined : wouldBe[stage.name]
  if (line === undefined || (phase !== 'active' && phase !== 'copying-disks')) return outlook
  return { ...outlook, line: stage.abort === undefined ? line : `${line}: ${stage.abort.why}` }
}
