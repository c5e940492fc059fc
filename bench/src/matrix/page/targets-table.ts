import type { Measured } from '../lost-work.ts'
import { targets } from './verdict.ts'

/** Every target of the core with its figure; what missed it by name, where that is not nearly everything. */
export function targetsTable(measured: Measured): string {
  const rows = targets(measured).map(({ what, target, figure, met, misses }) => {
    const more = misses.length === 0 || misses.length > 6 ? '' : ` (${misses.join('; ')})`
    return `| ${what} | ${target} | ${figure}${met === false ? more : ''} | ${met === null ? '-' : met ? 'met' : '**missed**'} |`
  })
  return ['| what | target | figure | |', '|---|---|---|---|', ...rows].join('\n')
}
