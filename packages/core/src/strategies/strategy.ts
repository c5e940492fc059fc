import type { Facts } from '../facts.ts'
import type { Forecast, Strategy } from '../forecast/forecast.ts'
import type { CopyStretch } from '../forecast/copying/passes.ts'
import type { Scenarios } from '../forecast/copying/scenario.ts'
import type { Intent } from '../intent.ts'
import type { Milliseconds, Percent } from '../units.ts'

/** What a plan is made from. */
export interface Situation {
  readonly intent: Intent
  readonly facts: Facts
  readonly readings: Scenarios
}

/** What a strategy has to have at the launch: capabilities cannot be changed while a migration runs. */
export interface StrategyLaunch {
  /** Null leaves QEMU's own limit alone. */
  readonly downtimeLimitMs: Milliseconds | null
  /** libvirt's auto_converge.initial and .increment; null leaves it off. */
  readonly autoConverge: { readonly initialPercent: Percent; readonly incrementPercent: Percent } | null
  readonly postCopy: boolean
  /** Nothing is added that another manager would not do. */
  readonly asAnotherManager?: true
}

/** The words that explain a choice, made once for all strategies. */
export interface Explanation {
  readonly forecast: Forecast
  /** "pre-copy never ends" */
  readonly withoutIt: string
  /** "the guest writes 5.1 GiB/s, the link carries 91 MiB/s" */
  readonly rates: string
  /** "every pass leaves 600 MiB behind" */
  readonly left: string
  /** The pause limit. */
  readonly pause: string
  /** The pass that it acts after. */
  readonly afterPass: number
}

/** What was done to a migration that has ended. */
export interface Done {
  readonly acts: readonly { readonly kind: string; readonly downtimeMs?: Milliseconds }[]
  /** The strongest that was seen. */
  readonly maxThrottlePercent: Percent
  /** QEMU's limit at the launch. */
  readonly launchedLimitMs: Milliseconds
}

/** One way to move a guest: everything that is decided or said by its name comes from here. */
export interface StrategyRecord {
  readonly name: Strategy
  /** As it is called in front of people. */
  readonly words: string
  /** The guest runs while its memory is copied. */
  readonly live: boolean
  /**
   * When it comes into question: nothing has to be done for it; a lever is pulled where passes do not end; only where no
   * live strategy keeps within the intent; only where it was asked for.
   */
  readonly comes: 'by-itself' | 'as-lever' | 'as-last-resort' | 'when-asked'
  /** Of strategies that cost the same the one with less risk is taken. */
  readonly risk: number
  /** Passes of XBZRLE go with it, and it waits for what they show. */
  readonly deltas: 'wait' | 'go' | 'never'
  /** What is expected at the end of a pass that does not converge, e.g. "one stated pause"; else by what is armed. */
  readonly expects?: string
  /** Null where it is not in question at all. */
  forecast(situation: Situation): Forecast | null
  /** Why it was taken as the cheapest. */
  because(explanation: Explanation): string
  launch(situation: Situation, forecast: Forecast | null): StrategyLaunch
  /** What is likely copied, one after the other, as its forecast has it; null where nothing is copied live. */
  stretches(situation: Situation): readonly CopyStretch[] | null
  /** Sure to end without post-copy, within the intent. */
  surelyEnds?(forecast: Forecast, intent: Intent): boolean
  /** Whether a change of intent would make it possible; where it finishes when absent. */
  wouldDo?(forecast: Forecast): boolean
  /** Whether what was done shows that it was taken. */
  wasTaken?(done: Done): boolean
}
