import type { Dice } from '../lines/dice.ts'
import type { HostLog, LogContext, Said } from '../lines/host-log.ts'
import { noContext } from '../lines/host-log.ts'
import type { LoggedPoint, Telling } from './live-course.ts'
import type { LiveSpec } from './live-spec.ts'

export const driver = 'nova.virt.libvirt.driver'
export const manager = 'nova.compute.manager'

/** Writes into the logs of both hosts of one live migration, and keeps when each thing was first said. */
export class Scribe {
  readonly spec: LiveSpec
  readonly source: HostLog
  readonly destination: HostLog
  readonly dice: Dice
  readonly request: LogContext
  readonly told: Partial<Record<Telling, number>> = {}
  readonly points: LoggedPoint[] = []

  constructor(spec: LiveSpec, source: HostLog, destination: HostLog, dice: Dice) {
    this.spec = spec
    this.source = source
    this.destination = destination
    this.dice = dice
    this.request = { kind: 'request', request: `req-${dice.uuid()}`, user: dice.hex(32), project: dice.hex(32) }
  }

  periodic(): LogContext {
    return { kind: 'periodic', request: `req-${this.dice.uuid()}` }
  }

  /** Until Queens the migration's thread kept the request's context. */
  threadContext(): LogContext {
    return this.source.release <= 17 ? this.request : noContext
  }

  onSource(at: number, said: Omit<Said, 'at'>): void {
    this.source.say({ context: this.threadContext(), ...said, at })
  }

  onDestination(at: number, said: Omit<Said, 'at'>): void {
    this.destination.say({ context: this.request, ...said, at })
  }

  tell(telling: Telling, at: number, host: HostLog, said: Omit<Said, 'at' | 'instance'>): void {
    this.told[telling] ??= at
    host.say({ context: this.threadContext(), ...said, at, instance: this.spec.instance })
  }
}
