import { preparedBeforeMs } from '@landfall/core'
import type { Clock } from '../../clock.ts'
import type { AgedPlan, MadePlan } from '../../run/request/carry-request.ts'
import { isFresh } from '../../run/request/carry-request.ts'

/** Plans of single guests that a drain's own plan was made of: what was measured a moment ago is not measured again. */
export class FreshPlans {
  readonly #clock: Pick<Clock, 'now'>
  readonly #plans = new Map<string, AgedPlan>()

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock
  }

  add(plan: MadePlan): void {
    // A cache of deltas is memory of the source, which several that were planned at once would count on together.
    if (plan.migration.plan.stream.compression === 'xbzrle') return
    const { guest, destination } = plan.migration
    this.#plans.set(keyOf(guest.uuid, destination), { ...plan, at: this.#clock.now() })
  }

  /** Given once: a try that follows is planned anew. So is one whose plan would be stale before its place is free. */
  take(guest: string, to: string): AgedPlan | undefined {
    const key = keyOf(guest, to)
    const plan = this.#plans.get(key)
    this.#plans.delete(key)
    return plan !== undefined && this.#willDo(plan) ? plan : undefined
  }

  /** Whether all of them would be given now, and nobody measured again before the first launch. */
  get areFresh(): boolean {
    return [...this.#plans.values()].every((plan) => this.#willDo(plan))
  }

  #willDo(plan: AgedPlan): boolean {
    return isFresh(plan, this.#clock.now(), preparedBeforeMs)
  }
}

const keyOf = (guest: string, to: string): string => `${guest} ${to}`
