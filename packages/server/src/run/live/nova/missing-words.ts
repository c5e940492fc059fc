import type { MigrationReport } from '@landfall/api'
import type { Facts, SteerState } from '@landfall/core'
import { formatDuration, plan } from '@landfall/core'
import type { MissingOption } from '@landfall/nova'
import { missingOptions } from '@landfall/nova'

/** Ends that another lever could have made a landing. */
const forWantOfALever: ReadonlySet<string> = new Set([
  'will-not-converge',
  'pause-limit',
  'no-progress',
  'deadline-cannot-be-met',
])

/** Of a migration of Nova's that was aborted: which option of nova.conf was missing, and what it would have given. Pure. */
export function missingWords(
  { outcome, reason, source }: Pick<MigrationReport, 'outcome' | 'reason' | 'source'>,
  { intent, facts, postCopy, throttle }: Pick<SteerState, 'intent' | 'facts' | 'postCopy' | 'throttle'>,
): readonly string[] {
  if (outcome !== 'aborted' || !forWantOfALever.has(reason.code)) return []
  const missing = missingOptions({
    postCopyArmed: postCopy.armed || postCopy.withdrawn === true,
    throttleArmed: throttle.percent !== null,
    postCopyWanted: intent.postCopy !== 'never',
    maxSlowdownPercent: intent.maxSlowdownPercent,
  })
  return missing.flatMap((each) => {
    const { forecasts } = plan(intent, withIt(facts, each))
    const would = forecasts.find(({ strategy }) => strategy === each.gives)
    if (would === undefined || would.finishes === 'no' || !would.withinIntent.ok) return []
    const time = would.totalTimeMs === null ? '' : ` in about ${formatDuration(would.totalTimeMs.likely)}`
    const pause =
      would.downtimeMs === null ? '' : `, standing still for about ${formatDuration(would.downtimeMs.likely)}`
    return [
      `${each.option} = true ([libvirt] in nova.conf) was missing on ${source}: with it the guest could have moved by ${words[each.gives]}${time}${pause}`,
    ]
  })
}

const words: Readonly<Record<MissingOption['gives'], string>> = { 'post-copy': 'post-copy', throttle: 'a throttle' }

const withIt = (facts: Facts, { gives }: MissingOption): Facts =>
  gives === 'post-copy' ? { ...facts, postCopy: { possible: true } } : { ...facts, throttle: { possible: true } }
