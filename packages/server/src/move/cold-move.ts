import type { Report } from '@landfall/core'
import { predictedBy } from '@landfall/core'
import type { Domain } from '@landfall/libvirt'
import { DomainXmlFlag, UndefineFlag } from '@landfall/libvirt'
import type { Clock } from '../clock.ts'
import type { HostSession } from '../hosts/host-session.ts'
import type { JournalEntry, MigrationRecord } from '../journal/journal-entry.ts'
import { viewOf } from '../migration/job-ports.ts'
import type { GuestMeter, MigrationReport } from '../migration/migration-report.ts'
import type { OnUpdate } from '../migration/progress.ts'
import { coldStep } from './cold-step.ts'
import type { RunningMove } from './live-move.ts'

export interface ColdMoveOptions {
  readonly record: MigrationRecord
  readonly beganAt: number
  readonly source: HostSession
  readonly destination: HostSession
  readonly clock: Clock
  readonly journal: (entry: JournalEntry) => void
  readonly onUpdate: OnUpdate
  readonly meter: GuestMeter | null
  /** How long the guest may take to shut down by itself; it is never forced. */
  readonly shutdownLimitMs?: number
}

const pollMs = 200
const defaultShutdownLimitMs = 180_000
/** How long a host may be silent before a person is asked. */
const silenceLimitMs = 60_000
/** What the guest's definition brings along stays where it is: the destination opens the same volumes. */
const undefineFlags = UndefineFlag.MANAGED_SAVE | UndefineFlag.KEEP_NVRAM

interface ColdEnding extends Pick<Report, 'outcome' | 'reason'> {
  readonly downtimeMs: number | null
}

/** Shuts the guest down, moves its definition and starts it on the destination; reverts when that fails. */
export function runColdMove(options: ColdMoveOptions): RunningMove {
  const move = new ColdMove(options)
  return { id: options.record.id, abort: (why) => move.abort(why), ended: move.run() }
}

class ColdMove {
  readonly #options: ColdMoveOptions
  #shutdownAskedAt: number | null = null
  #definedHere = false
  #autostart = false
  #abortAsked: string | null = null

  constructor(options: ColdMoveOptions) {
    this.#options = options
  }

  abort(why: string): void {
    this.#abortAsked = why
  }

  async run(): Promise<MigrationReport> {
    const { record, beganAt, clock, journal, onUpdate, meter } = this.#options
    journal({ at: clock.now(), kind: 'launching' })
    onUpdate({ kind: 'launched', id: record.id, at: clock.now() })
    const { downtimeMs, ...ending } = await this.#toTheEnd()
    const endedAt = clock.now()
    const measurement = (await meter?.(record.guest.name, beganAt, endedAt)) ?? null
    const report: MigrationReport = {
      id: record.id,
      guest: record.guest.name,
      startedAt: new Date(beganAt).toISOString(),
      endedAt: new Date(endedAt).toISOString(),
      ...ending,
      strategy: 'cold',
      source: record.source,
      destination: record.destination,
      totalTimeMs: endedAt - beganAt,
      downtimeMs,
      longestStallMs: measurement?.longestStallMs ?? null,
      lostWorkSeconds: measurement?.lostWorkSeconds ?? null,
      measuredBy: measurement === null ? null : 'guest counters',
      bytesSent: 0,
      passes: 0,
      maxThrottlePercent: 0,
      predicted: predictedBy(record.plan, 'cold'),
      decisions: [],
    }
    journal({ at: endedAt, kind: 'ended', report })
    onUpdate({ kind: 'ended', at: endedAt, report })
    return report
  }

  async #toTheEnd(): Promise<ColdEnding> {
    const { record, source, destination, clock } = this.#options
    const { guest } = record
    let answeredAt = clock.now()
    for (;;) {
      const [here, there] = await Promise.all([viewOf(source, guest.uuid), viewOf(destination, guest.uuid)])
      if (here.kind !== 'unreachable' && there.kind !== 'unreachable') answeredAt = clock.now()
      const step = coldStep(here, there, this.#shutdownAskedAt !== null)
      const beforeTheStop = step === 'shut-down' || (step === 'wait' && here.kind === 'present')
      if (this.#abortAsked !== null && step === 'shut-down') {
        return failed('aborted', 'asked', `${this.#abortAsked}; ${guest.name} runs on ${record.source} as before`)
      }
      if (clock.now() - answeredAt > silenceLimitMs) {
        return failed(
          'failed',
          'unclear',
          `a host does not answer; ${guest.name} is not started anywhere until both do`,
        )
      }
      const limitMs = this.#options.shutdownLimitMs ?? defaultShutdownLimitMs
      if (beforeTheStop && this.#shutdownAskedAt !== null && clock.now() - this.#shutdownAskedAt > limitMs) {
        return failed(
          'failed',
          'migration-failed',
          `${guest.name} did not shut down within ${Math.round(limitMs / 1000)} s; it runs on ${record.source}, and may still shut down`,
        )
      }
      switch (step) {
        case 'wait':
          await clock.sleep(pollMs)
          break
        case 'shut-down':
          this.#say(`asking ${guest.name} to shut down`)
          await (await this.#domain(source)).shutdown()
          this.#shutdownAskedAt = clock.now()
          break
        case 'define-on-destination':
        case 'start-on-destination': {
          const problem = await this.#attempt(step)
          if (problem !== null) return this.#revert(problem)
          break
        }
        case 'undefine-on-source': {
          const domain = await this.#domain(source)
          this.#say(`${guest.name} runs on ${record.destination}; removing its definition from ${record.source}`)
          if (this.#autostart) await (await this.#domain(destination)).setAutostart(true)
          await domain.undefineFlags(undefineFlags)
          break
        }
        case 'done':
          return {
            outcome: 'completed',
            reason: {
              code: 'landed',
              message: `${guest.name} was started on ${record.destination}; its own boot follows`,
            },
            downtimeMs: this.#shutdownAskedAt === null ? null : clock.now() - this.#shutdownAskedAt,
          }
        case 'unclear':
          return failed(
            'failed',
            'unclear',
            `cannot tell where ${guest.name} may run; look at both hosts before you start it anywhere`,
          )
      }
    }
  }

  /** Null when the step was done; else why not. */
  async #attempt(step: 'define-on-destination' | 'start-on-destination'): Promise<string | null> {
    const { record, source, destination } = this.#options
    try {
      const domain = await this.#domain(source)
      if (step === 'define-on-destination') {
        this.#say(`${record.guest.name} is shut off; defining it on ${record.destination}`)
        this.#autostart = await domain.getAutostart()
        // A source that reboots now must not start it a second time.
        if (this.#autostart) await domain.setAutostart(false)
        const xml = await domain.getXMLDesc(DomainXmlFlag.INACTIVE | DomainXmlFlag.SECURE)
        await (await destination.connection()).domainDefineXML(xml)
        this.#definedHere = true
      } else {
        this.#say(`starting ${record.guest.name} on ${record.destination}`)
        await (await this.#domain(destination)).create()
      }
      return null
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }

  /** Back to where it was: only once the destination is known not to run it. */
  async #revert(problem: string): Promise<ColdEnding> {
    const { record, source, destination } = this.#options
    const { guest } = record
    const there = await viewOf(destination, guest.uuid)
    if (there.kind === 'unreachable' || (there.kind === 'present' && there.state !== 'shutoff')) {
      return failed(
        'failed',
        'unclear',
        `${problem}; ${record.destination} may run ${guest.name}: not started on ${record.source}`,
      )
    }
    this.#say(`${problem}; starting ${guest.name} on ${record.source} again`)
    try {
      if (there.kind === 'present' && this.#definedHere) {
        await (await this.#domain(destination)).undefineFlags(undefineFlags)
      }
      const domain = await this.#domain(source)
      await domain.create()
      if (this.#autostart) await domain.setAutostart(true)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      return failed(
        'failed',
        'unclear',
        `${problem}; and ${guest.name} could not be started on ${record.source} again: ${why}`,
      )
    }
    return failed('failed', 'migration-failed', `${problem}; ${guest.name} was started on ${record.source} again`)
  }

  async #domain(session: HostSession): Promise<Domain> {
    return (await session.connection()).domainLookupByUUID(this.#options.record.guest.uuid)
  }

  #say(message: string): void {
    const { clock, onUpdate } = this.#options
    onUpdate({ kind: 'step', at: clock.now(), message })
  }
}

function failed(outcome: 'failed' | 'aborted', code: string, message: string): ColdEnding {
  return { outcome, reason: { code, message }, downtimeMs: null }
}
