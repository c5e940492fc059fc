import type { Answer, NovaUnderWay, Wish } from '@landfall/api'
import { can, isObserved } from '@landfall/api'
import { formatBytes, formatDuration, LandfallError } from '@landfall/core'
import { Confirm } from '../parts/confirm.tsx'
import { useId } from 'react'
import { useDenied, useService } from '../service/service.tsx'
import { ChangeIntent } from './change-intent.tsx'
import type { Story } from './story.ts'

export interface MigrationActionsProps {
  readonly id: string
  readonly story: Story
  /** What Nova has of it; null where it is none of Nova's. */
  readonly nova: NovaUnderWay | null
}

/** What may be asked of it now, by the one table of actions and the scope of who asks. */
export function MigrationActions({ id, story, nova }: MigrationActionsProps) {
  const { client } = useService()
  const scope = useDenied('operate')
  const told = useId()
  const of = { role: story.role, ...(nova === null ? {} : { nova }) }
  const observed = isObserved(of)
  const denied = (action: Wish['kind']): string | null => {
    const permission = can(story.status, action, of)
    if (!permission.allowed) return permission.why
    return 'already' in permission ? 'it is on its way there already' : null
  }
  const deniedAbort = scope ?? denied('abort')
  const deniedForce = scope ?? denied('force-complete')
  const deniedChange = scope ?? denied('change-intent') ?? ruledByNova(story)
  // What keeps several from being pressed is said once.
  const said = scope ?? (deniedForce === deniedChange ? deniedForce : null)
  const deniedBy = said === null ? undefined : told
  const ask = async (wish: Wish): Promise<void> => {
    const answer: Answer = await client.wish(id, wish)
    if (!answer.allowed) throw new LandfallError(answer.code, answer.why)
  }
  const { latest } = story
  const guest = story.guest ?? id
  const source = story.source ?? 'its source'
  return (
    <div className="actions" role="group" aria-label="What can be done now">
      <Confirm
        label="Abort"
        tone="danger"
        title={`Abort the migration of ${guest}?`}
        denied={deniedAbort}
        deniedBy={deniedAbort === said ? deniedBy : undefined}
        consequence={
          <p>
            {observed ? 'Nova is asked to abort it, and libvirt where Nova does not take it. ' : ''}
            The guest stays on {source} and goes on running there; a throttle is taken off.{' '}
            {latest === null ? '' : `The ${formatBytes(latest.sample.bytesSent)} that were sent are lost.`}
          </p>
        }
        doIt={() => ask({ kind: 'abort', why: 'asked for in the console' })}
      />
      <Confirm
        label="Complete now"
        title={`Complete the migration of ${guest} now?`}
        denied={deniedForce}
        deniedBy={deniedBy}
        consequence={<ForceConsequence story={story} />}
        doIt={() => ask({ kind: 'force-complete', why: 'asked for in the console' })}
      />
      <ChangeIntent guest={guest} story={story} denied={deniedChange} deniedBy={deniedBy} ask={ask} />
      {said !== null && (
        <span id={told} className="dim">
          {said}
        </span>
      )}
    </div>
  )
}

/** A schedule knows no limits but its own. */
const ruledByNova = ({ plan }: Story): string | null =>
  plan?.intent.schedule === undefined ? null : "it goes by Nova's options: change them in nova.conf"

function ForceConsequence({ story: { latest, plan } }: { story: Story }) {
  if (plan?.plan.launch.postCopy === true)
    return (
      <p>
        It switches to post-copy: the guest runs on {plan.destination} before all its memory is there, and needs both
        hosts and the link until the rest has followed. There is no way back from then on.
      </p>
    )
  const pause = pauseNow(latest)
  return (
    <p>
      The guest stands still until the rest is sent, however long that takes
      {pause === null ? '' : `: about ${pause} as it stands now`}. The pause limit
      {plan === null ? '' : ` of ${formatDuration(plan.intent.maxPauseMs)}`} is not kept.
    </p>
  )
}

function pauseNow(latest: Story['latest']): string | null {
  const rate = latest?.linkBytesPerSecond ?? null
  if (latest === null || rate === null || rate <= 0) return null
  return formatDuration((latest.sample.remainingBytes / rate) * 1000)
}
