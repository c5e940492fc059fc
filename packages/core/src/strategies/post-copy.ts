import { forecastPostCopy, postCopyCourse } from '../forecast/post-copy.ts'
import { steeredLaunch } from './launches.ts'
import type { StrategyRecord } from './strategy.ts'

/** The guest moves first, its memory follows. */
export const postCopy: StrategyRecord = {
  name: 'post-copy',
  words: 'post-copy',
  live: true,
  comes: 'as-lever',
  risk: 3,
  deltas: 'go',
  forecast: ({ intent, facts, readings }) => forecastPostCopy(intent, facts, readings),
  because: ({ withoutIt, rates, afterPass, pause }) =>
    `${withoutIt} (${rates}); post-copy after pass ${afterPass} keeps the pause within ${pause}`,
  launch: (situation) => steeredLaunch(situation),
  stretches: ({ intent, readings }) => postCopyCourse(intent, readings.likely).stretches,
  wasTaken: ({ acts }) => acts.some(({ kind }) => kind === 'start-post-copy'),
}
