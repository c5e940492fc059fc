import { median } from '../src/statistics.ts'
import type { Felt, Probe } from './felt.ts'
import type { Result } from './probe-cost.ts'

type Figure = (felt: Felt) => number | null

/** Of each probe what it changed against the mean of before and after, in percent; what chance does: how far after is from that mean. */
function changes(probes: readonly Probe[], figure: Figure): { readonly probed: number[]; readonly chance: number[] } {
  const probed: number[] = []
  const chance: number[] = []
  for (const { before, during, after } of probes) {
    const [was, is, became] = [figure(before), figure(during), figure(after)]
    if (was === null || is === null || became === null || was + became === 0) continue
    const usual = (was + became) / 2
    probed.push((is / usual - 1) * 100)
    chance.push((became / usual - 1) * 100)
  }
  return { probed, chance }
}

const signed = (figure: number | null): string =>
  figure === null ? '-' : `${figure > 0 ? '+' : ''}${figure.toFixed(1)} %`

function row({ guest, accelerator, givesWay, probes, isUnharmed }: Result, what: string, figure: Figure): string {
  const { probed, chance } = changes(probes, figure)
  const usual = median(probes.flatMap(({ before, after }) => [figure(before) ?? [], figure(after) ?? []].flat()))
  const spread = `${signed(Math.min(...probed))} to ${signed(Math.max(...probed))}`
  const apart = median(chance.map(Math.abs))
  return `| ${guest} (${accelerator})${givesWay === true ? ', planned elsewhere' : ''} | ${what} | ${usual?.toFixed(1) ?? '-'} | ${signed(median(probed))} | ${spread} | ${apart?.toFixed(1) ?? '-'} % | ${probed.length} | ${isUnharmed ? 'yes' : 'NO'} |`
}

/** A result's figures, each against the same guest right before and right after. */
export function table(results: readonly Result[]): string {
  const rows = results.flatMap((result) => [
    row(result, 'written a second', ({ writtenPerSecond }) => writtenPerSecond),
    row(result, 'median, ms', ({ medianMs }) => medianMs),
    row(result, '99 of 100, ms', ({ p99Ms }) => p99Ms),
  ])
  return [
    '| guest | figure | not probed | while probed, median | all probes | after, without a probe | probes | unharmed |',
    '| ----- | ------ | ---------- | -------------------- | ---------- | ---------------------- | ------ | -------- |',
    ...rows,
  ].join('\n')
}
