import type { MigrationHandle, MigrationPlan, MigrationReport } from '@landfall/api'
import type { LandfallError, Milliseconds, Range } from '@landfall/core'
import type { NotifiedEvent } from '../config/notify-config.ts'

interface About {
  readonly migration: string
  readonly guest: string
}

/** How a migration is told to have ended; `not-begun` where nothing was launched after all. */
type ToldEnd =
  | (Pick<MigrationReport, 'source' | 'destination' | 'strategy' | 'totalTimeMs' | 'downtimeMs'> & {
      readonly outcome: MigrationReport['outcome']
      readonly reason: { readonly code: string; readonly message: string }
    })
  | { readonly outcome: 'not-begun'; readonly reason: { readonly code: string; readonly message: string } }

/** What is told, by its event. */
type Content =
  | {
      readonly event: 'before-launch'
      readonly data: About &
        Pick<MigrationPlan, 'source' | 'destination'> & {
          readonly strategy: MigrationPlan['plan']['strategy']
          readonly maxPauseMs: Milliseconds
        }
    }
  /** `predictedEndInMs` is null where the guest is being moved at this very moment. */
  | { readonly event: 'switchover'; readonly data: About & { readonly predictedEndInMs: Range | null } }
  | { readonly event: 'ended'; readonly data: About & ToldEnd }

/** One thing that is told of a migration, to everybody who wants to know it. */
export type Notification = Content & {
  /** The same at every attempt. */
  readonly id: string
  /** When it happened. */
  readonly at: number
}

/** Of a kind that no migration tells twice in a millisecond. */
const notification = (at: number, content: Content): Notification => ({
  ...content,
  id: `${content.data.migration}/${content.event}/${at}`,
  at,
})

export const beforeLaunch = (
  migration: string,
  { guest, source, destination, plan, intent }: MigrationPlan,
  at: number,
) =>
  notification(at, {
    event: 'before-launch',
    data: {
      migration,
      guest: guest.name,
      source,
      destination,
      strategy: plan.strategy,
      maxPauseMs: intent.maxPauseMs,
    },
  })

export const switchover = ({ id, guest }: MigrationHandle, predictedEndInMs: Range | null, at: number): Notification =>
  notification(at, { event: 'switchover', data: { migration: id, guest, predictedEndInMs } })

export const ended = ({ id, guest }: MigrationHandle, report: MigrationReport, at: number): Notification => {
  const { outcome, reason, source, destination, strategy, totalTimeMs, downtimeMs } = report
  const { code, message } = reason
  return notification(at, {
    event: 'ended',
    data: {
      migration: id,
      guest,
      outcome,
      reason: { code, message },
      source,
      destination,
      strategy,
      totalTimeMs,
      downtimeMs,
    },
  })
}

export const notBegun = ({ id, guest }: MigrationHandle, { code, message }: LandfallError, at: number): Notification =>
  notification(at, {
    event: 'ended',
    data: { migration: id, guest, outcome: 'not-begun', reason: { code, message } },
  })

/** As it is sent: the form of the Standard Webhooks specification. */
export const bodyOf = ({ event, at, data }: Notification): string =>
  JSON.stringify({ type: event satisfies NotifiedEvent, timestamp: new Date(at).toISOString(), data })
