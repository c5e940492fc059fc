import { ratesInWords } from '../../forecast/rates-in-words.ts'
import { formatRate } from '../../units.ts'
import type { Situation } from './situation.ts'

/** "the guest writes ≥ 1.8 GiB/s, the link carries 91 MiB/s" */
export function ratesOf({ curve, link, pageLink }: Situation): string {
  if (curve.family === 'unknown') return `the link carries ${formatRate(pageLink)}`
  return ratesInWords(curve, pageLink, link > pageLink ? { link } : null)
}
