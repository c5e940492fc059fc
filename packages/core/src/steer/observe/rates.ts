import type { PassesAhead } from '../../forecast/rates-in-words.ts'
import { paceInWords } from '../../forecast/rates-in-words.ts'
import { formatRate } from '../../units.ts'
import type { Situation } from './situation.ts'

/** "the guest writes ≥ 1.8 GiB/s, the link carries 91 MiB/s", or what else explains whether the passes end. */
export function ratesOf(situation: Situation, ahead: PassesAhead = situation.ahead): string {
  const { curve, pageLink, deltas, duty } = situation
  if (curve.family === 'unknown') return `the link carries ${formatRate(pageLink)}`
  return paceInWords(curve, pageLink, deltas, ahead, { duty })
}
