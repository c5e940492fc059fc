import { releases } from '../../options/release.ts'
import type { LogRequest } from '../generate-log.ts'
import { scenarios } from './scenarios.ts'

export interface PlannedLog {
  readonly seed: number
  readonly request: LogRequest
}

/** So many logs, each its own seed: every scenario in turn, with other releases and levels each time round; every seventh is cut short. */
export const plannedLogs = (count: number): readonly PlannedLog[] =>
  Array.from({ length: count }, (_, seed) => {
    const round = Math.floor(seed / scenarios.length)
    const scenario = scenarios[seed % scenarios.length] ?? 'nothing-but-noise'
    const [release] = releases[(seed + 5 * round) % releases.length] ?? [26]
    return {
      seed,
      request: { scenario, release, level: (seed + round) % 2 === 0 ? 'INFO' : 'DEBUG', truncated: seed % 7 === 6 },
    }
  })

export const inWords = ({ seed, request: { scenario, release, level, truncated } }: PlannedLog): string =>
  `seed ${seed}: ${scenario} of release ${release} at ${level}${truncated === true ? ', cut short' : ''}`
