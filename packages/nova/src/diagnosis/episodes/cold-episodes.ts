import type { Said } from '../../logs/events.ts'
import type { Episode } from './episode.ts'
import type { Told } from './told.ts'

const told: ReadonlySet<Said['what']> = new Set<Said['what']>([
  'cold-begun',
  'cold-power-off',
  'cold-finishing',
  'cold-finished',
  'cold-confirming',
  'cold-reverting',
  'shut-down',
  'lifecycle',
  'instance-state',
  'exception',
  'refused',
  'no-host-left',
  'reset-at-start',
])
const begins: ReadonlySet<Said['what']> = new Set<Said['what']>(['cold-begun', 'cold-power-off', 'cold-finishing'])
const hour = 3_600_000
/** How long a guest may take to shut down, to be copied and to boot before what comes is another's. */
const longestStep = 6 * hour

interface Draft {
  from: string | null
  to: string | null
  readonly told: Told[]
  done: boolean
}

/** All cold migrations and resizes of one instance: the destination begins (prep_resize), the source powers off and copies. */
export function coldEpisodes(instance: string, everything: readonly Told[], live: readonly Episode[]): Episode[] {
  const drafts: Draft[] = []
  const taken = new Set(live.flatMap((episode) => episode.told))
  for (const each of everything) {
    const { said } = each
    if (!told.has(said.what) || (taken.has(each) && !begins.has(said.what))) continue
    if (said.what === 'refused' && said.task === 'live' && !/cold migrat|resize/i.test(said.error)) continue
    if (said.what === 'exception' && (said.where === null || !/resize|_cold|migrate_disk/.test(said.where))) continue
    let draft = drafts.at(-1)
    const gone = draft !== undefined && each.key - (draft.told.at(-1)?.key ?? 0) > longestStep
    if (draft === undefined || gone || beginsAnother(draft, each)) {
      if (!begins.has(said.what) && said.what !== 'refused' && said.what !== 'exception') continue
      draft = { from: null, to: null, told: [], done: false }
      drafts.push(draft)
    }
    if (draft.done && said.what !== 'cold-confirming' && said.what !== 'cold-reverting') continue
    place(draft, each)
    draft.told.push(each)
    draft.done ||= isDone(draft, each)
  }
  for (const draft of drafts) addBeginning(draft, everything)
  return drafts.map(({ from, to, told }) => ({ kind: 'cold', instance, from, to, told }))
}

/** Where only the destination says that it begins, the source's shutdown for the same request is its beginning. */
function addBeginning(draft: Draft, everything: readonly Told[]): void {
  const begin = draft.told[0]
  if (draft.from !== null || begin === undefined || begin.request === null) return
  const off = everything.findLast(
    ({ said, key, request, host }) =>
      said.what === 'shut-down' &&
      request === begin.request &&
      host !== draft.to &&
      key <= begin.key &&
      begin.key - key <= longestStep,
  )
  if (off === undefined) return
  draft.from = off.host
  draft.told.unshift(off)
}

function place(draft: Draft, each: Told): void {
  const { what } = each.said
  if (what === 'cold-begun' || what === 'cold-finishing' || what === 'cold-finished') draft.to ??= each.host
  if (what === 'cold-power-off' || (what === 'shut-down' && each.host !== draft.to)) draft.from ??= each.host
}

function beginsAnother(draft: Draft, each: Told): boolean {
  const { what } = each.said
  const has = (other: Said['what']): boolean => draft.told.some(({ said }) => said.what === other)
  if (!begins.has(what)) return false
  // Rescheduled to another host by the same request: one migration that first met a host without room.
  if (what === 'cold-begun') return draft.done || has('cold-begun') || has('cold-power-off')
  return has(what) || (draft.done && what !== 'cold-finishing')
}

function isDone(draft: Draft, each: Told): boolean {
  const { said } = each
  if (said.what === 'cold-finished') return true
  if (said.what === 'instance-state') return said.error !== '' || said.state === 'ERROR'
  return said.what === 'lifecycle' && said.state !== 'Stopped' && arrived(draft, each)
}

/** The guest runs on the destination. */
export function arrived(episode: Pick<Episode, 'from' | 'to'>, each: Told): boolean {
  const { said } = each
  return (
    said.what === 'lifecycle' &&
    (said.state === 'Started' || said.state === 'Resumed') &&
    episode.to !== null &&
    each.host === episode.to
  )
}
