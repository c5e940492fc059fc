import type { Result } from './beside.ts'
import { etaErrors } from './landfall-side.ts'

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`
const share = (of: number): string => (Number.isFinite(of) ? `${Math.round(of * 100)} %` : 'not known')

/** One line for each contender's run, in the order of the runs. */
export function markdown(results: readonly Result[]): string {
  const lines = results.flatMap(({ runs, boundMs }) =>
    runs.map(({ contender, beganAt, endedAt, moves, looked, load }) => {
      const moved = moves.filter((move) => move.moved).length
      const lost = looked.reduce((sum, { lostSeconds }) => sum + (lostSeconds ?? 0), 0)
      const took = endedAt - beganAt
      const ratio = moved === moves.length ? (took / boundMs).toFixed(2) : `over ${(took / boundMs).toFixed(2)}`
      const intact = looked.filter(({ unharmed }) => unharmed).length
      const cells = [contender, `${moved} of ${moves.length}`, seconds(took), ratio, `${lost.toFixed(1)} s`]
      return `| ${[...cells, `${intact} of ${looked.length}`, load.toFixed(1)].join(' | ')} |`
    }),
  )
  return [
    '| what | moved | makespan | ÷ bound | lost work, all guests | intact | load before |',
    '| --- | --- | --: | --: | --: | --- | --: |',
    ...lines,
  ].join('\n')
}

/** Of Landfall's own: what was foretold beside what came. */
export function foretold(results: readonly Result[]): string {
  const drains = results.flatMap(({ runs }) =>
    runs.flatMap(({ drained, looked }) => (drained === null ? [] : [{ drained, looked }])),
  )
  const lines = drains.map(({ drained, looked }) => {
    const { start, half } = etaErrors(drained)
    const planned = drained.planMs
    const within = drained.moves.filter(({ guest, predictedLostSeconds: range }) => {
      const lost = looked.find((each) => each.guest === guest)?.lostSeconds
      return range === null || lost === null || lost === undefined || (lost >= range.low && lost <= range.high)
    }).length
    const cells = [
      planned === null
        ? 'not known'
        : `${seconds(planned.likely)} (${seconds(planned.low)} to ${seconds(planned.high)})`,
      seconds(drained.endedAt - drained.beganAt),
      seconds(drained.beganAt - drained.askedAt),
      share(start),
      share(half),
      `${within} of ${drained.moves.length}`,
    ]
    return `| ${cells.join(' | ')} |`
  })
  return [
    '| foretold | took | plan before it | ETA off at the start | at half time | lost work within its range |',
    '| --- | --: | --: | --: | --: | --- |',
    ...lines,
  ].join('\n')
}
