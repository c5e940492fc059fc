import type { Milliseconds } from '../../units.ts'
import { formatPercent, toldApart } from '../../units.ts'
import { sendMs, switchoverCostMs } from '../../forecast/copying/scenario.ts'
import { linkSteadiness } from '../observe/link-estimate.ts'
import type { Sample } from '../observe/sample.ts'
import type { Situation } from '../observe/situation.ts'
import { unsentBytes } from '../observe/unsent.ts'
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
export function postCopyObstacle(state: SteerState, situation: Situation): string | null {
  const broken = limitBroken(state, situation, sendMs(situation.unsentBytes, situation.pageLink) * room)
  if (broken !== null) return broken
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

/**
 * Why post-copy at once is not begun although it was asked for: it would break the deadline or the pause limit, after which nothing
 * can be taken back any more. A link that varies is what its owner took upon himself. In pass 1 zero pages are left, which cost nothing.
 */
export function obstacleAtOnce(state: SteerState, sample: Sample, situation: Situation): string | null {
  const { curve, pageLink } = situation
  return limitBroken(state, situation, sendMs(unsentBytes(state.facts, curve, sample), pageLink))
}

function limitBroken({ facts, intent }: SteerState, { slackMs }: Situation, pushMs: Milliseconds): string | null {
  const stopMs = switchoverCostMs(facts)
  if (stopMs > intent.maxPauseMs) {
    const [stops, allowed] = toldApart(stopMs, intent.maxPauseMs)
    return `the switch alone stops the guest for ${stops}, where ${allowed} is allowed`
  }
  if (pushMs > slackMs) {
    const [follows, left] = toldApart(pushMs, Math.max(0, slackMs))
    return `its memory would follow for ${follows}, the deadline leaves ${left}`
  }
  return null
}
