import { formatDuration, formatPercent } from '../../units.ts'
import { sendMs } from '../../forecast/copying/scenario.ts'
import { linkSteadiness } from '../observe/link-estimate.ts'
import type { Situation } from '../observe/situation.ts'
import type { SteerState } from '../state.ts'

/**
 * Beyond this the link is not one to make a guest depend on. A steady one varies by less than 15 % and has not dropped of late;
 * over two seconds a busy host, not the link, can cause as much, so twice that is let pass.
 */
const mostVariation = 0.3
const leastLatestShare = 0.5
/** What follows must fit into what the deadline leaves, and a little more. */
const room = 1.1

/**
 * Why the guest should not be made to depend on both hosts and the link just now; null where nothing speaks against it.
 * What can be told beforehand (huge pages, userfaultfd, recovery that kills a daemon) was told by the plan.
 */
export function postCopyObstacle(state: SteerState, { remainingBytes, pageLink, slackMs }: Situation): string | null {
  const pushMs = sendMs(remainingBytes, pageLink) * room
  if (pushMs > slackMs) {
    return `its memory would follow for ${formatDuration(pushMs)}, the deadline leaves ${formatDuration(Math.max(0, slackMs))}`
  }
  const steadiness = linkSteadiness(state.link)
  if (steadiness === null) return null
  const { variation, latestShare } = steadiness
  if (latestShare < leastLatestShare) {
    return `the link carries ${formatPercent(Math.round(latestShare * 100))} of what it did seconds ago`
  }
  if (variation > mostVariation) {
    return `the link is unsteady: its rate varies by ${formatPercent(Math.round(variation * 100))}`
  }
  return null
}
