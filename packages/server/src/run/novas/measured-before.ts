import type { Instance } from '@landfall/api'
import type { Clock } from '../../clock.ts'
import { evenly } from '../../clock.ts'
import { instancesOf } from '../../guests/instance.ts'
import { fineProbeFor } from '../../plan/probe/fine-probe.ts'
import { probeGuest } from '../../plan/probe/probe-guest.ts'
import type { ProbeResult } from '../../plan/probe/windows-in-turn.ts'
import type { RunContext } from '../start/context.ts'

/** Nova takes some seconds for what comes before a copy: the shortest look that is worth something. */
const wantedMs = 3400
/** What was measured longer ago says little of a guest. */
const goodForMs = 120_000
/** One that waits in Nova's queue is measured again before that. */
const againAfterMs = 90_000

interface Measured {
  readonly at: number
  readonly probe: ProbeResult
}

/** What guests wrote while Nova prepared their moves: once libvirt copies, it measures nothing any more. */
export class MeasuredBefore {
  readonly #context: Pick<RunContext, 'sessions'>
  readonly #clock: Clock
  readonly #measured = new Map<string, Measured>()
  readonly #under = new Set<string>()

  constructor(context: Pick<RunContext, 'sessions' | 'clock'>) {
    this.#context = context
    this.#clock = evenly(context.clock)
  }

  /** What is known of a guest that begins to move now; null where that was not measured, or too long ago. */
  of(uuid: string): ProbeResult | null {
    const measured = this.#measured.get(uuid)
    const ageMs = this.#clock.now() - (measured?.at ?? 0)
    if (measured === undefined || ageMs > goodForMs) return null
    const windows = measured.probe.windows.map((window) => ({ ...window, ageMs: (window.ageMs ?? 0) + ageMs }))
    return { ...measured.probe, windows }
  }

  /**
   * Measures one that Nova is about to move, unless it was just measured or moves already.
   *
   * @param isSteered of the others nothing is measured: a measurement is a call that may write
   */
  async look(uuid: string, isSteered: (instance: Instance) => Promise<boolean>): Promise<void> {
    const { sessions } = this.#context
    const clock = this.#clock
    const before = this.#measured.get(uuid)
    if (this.#under.has(uuid) || (before !== undefined && clock.now() - before.at < againAfterMs)) return
    this.#under.add(uuid)
    try {
      for (const session of sessions) {
        const domain = await session.find(uuid).catch(() => null)
        if (domain === null) continue
        const instance = (await instancesOf(session)).find((each) => each.uuid === uuid)
        if (instance === undefined || instance.state !== 'running' || instance.migrating) continue
        if (!(await isSteered(instance))) return
        const probe = await probeGuest(
          await session.connection(),
          domain,
          fineProbeFor(instance.memoryBytes, wantedMs),
          clock,
        )
        if (probe.windows.length > 0) this.#measured.set(uuid, { at: clock.now(), probe })
        return
      }
    } finally {
      this.#under.delete(uuid)
      this.#forgetOld()
    }
  }

  #forgetOld(): void {
    const now = this.#clock.now()
    for (const [uuid, { at }] of this.#measured) if (now - at > goodForMs) this.#measured.delete(uuid)
  }
}
