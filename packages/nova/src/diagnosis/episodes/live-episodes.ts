import type { Said } from '../../logs/events.ts'
import type { Episode } from './episode.ts'
import { refusalIn } from '../meanings/refusals.ts'
import type { Told } from './told.ts'
import { sameHost } from './told.ts'

/** How far a migration has come when its source says so. */
const stages: Partial<Record<Said['what'], 0 | 1 | 2 | 3 | 4>> = {
  'still-migrating': 0,
  'source-check': 1,
  'not-submitted': 1,
  'queued-cancelled': 1,
  prepared: 2,
  'prepare-failed': 2,
  'vif-failed': 2,
  monitoring: 3,
  running: 3,
  'low-watermark': 3,
  schedule: 3,
  downtime: 3,
  'downtime-refused': 3,
  timeout: 3,
  stuck: 3,
  'post-copy': 3,
  'post-copy-failed': 3,
  'abort-failed': 3,
  'job-completed': 4,
  'job-failed': 4,
  'job-cancelled': 4,
  'libvirt-failure': 4,
  'monitor-failure': 4,
  'live-failure': 4,
  'post-started': 4,
  'post-at-destination-failed': 4,
  finished: 4,
  'rolled-back': 4,
  'reset-at-start': 4,
  'abort-at-start-failed': 4,
}
const ends = (what: Said['what']): boolean =>
  stages[what] === 4 || what === 'prepare-failed' || what === 'queued-cancelled'
/** Never the first that is told of a migration: without one before it, it belongs to something else. */
const onlyBehind: ReadonlySet<Said['what']> = new Set<Said['what']>(['rolled-back', 'low-watermark', 'reset-at-start'])

interface Draft {
  readonly host: string
  readonly told: Told[]
  stage: number
  over: boolean
  elapsedS: number
  /** Says for how long a line that closes may come late. */
  lastKey: number
}

const minute = 60_000
/** Without another line for this long before it copies, a migration is another host's business. */
const longestSilence = 24 * 60 * minute

/** What the sources of one instance's live migrations tell, one draft per attempt. */
export function fromSources(told: readonly Told[]): { host: string; told: Told[] }[] {
  const drafts: Draft[] = []
  const open = new Map<string, Draft>()
  for (const each of told) {
    const stage = stages[each.said.what]
    if (stage === undefined) continue
    let draft = open.get(each.host)
    if (draft === undefined || beginsAnother(draft, each, stage)) {
      if (onlyBehind.has(each.said.what)) continue
      draft = { host: each.host, told: [], stage: 0, over: false, elapsedS: 0, lastKey: each.key }
      drafts.push(draft)
      open.set(each.host, draft)
    }
    draft.told.push(each)
    draft.stage = Math.max(draft.stage, stage)
    draft.over ||= ends(each.said.what)
    draft.lastKey = each.key
    if (each.said.what === 'running') draft.elapsedS = each.said.elapsedS
  }
  return drafts.filter(({ told }) => told.some(({ said }) => said.what !== 'still-migrating') || told.length > 1)
}

function beginsAnother(draft: Draft, next: Told, stage: number): boolean {
  const { said } = next
  const since = next.key - draft.lastKey
  const has = (what: Said['what']): boolean => draft.told.some((each) => each.said.what === what)
  if (draft.over) {
    // Of the same request it is the same migration, however far a clock jumped.
    if (stage >= 3 && next.request !== null && draft.told.some(({ request }) => request === next.request)) return false
    if (stage === 4) return since > 5 * minute && !onlyBehind.has(said.what)
    // The monitor is a thread of its own: it may look once more after the operation has failed.
    if (stage === 3 && since < minute && looksOnce(draft, said)) return false
    // Logged before the end, written down behind it: lines of several threads need not keep their order.
    if (said.what === 'timeout' || said.what === 'stuck') return next.at === next.key
    return stage > 0 ? true : since > minute
  }
  if (since > longestSilence && draft.stage < 3) return true
  if (said.what === 'source-check') {
    return draft.stage >= 2 || (draft.stage === 1 && !draft.told.some(({ request }) => request === next.request))
  }
  if (said.what === 'prepared') return draft.stage >= 2
  if (said.what === 'prepare-failed' || said.what === 'vif-failed') return draft.stage >= 3
  if (said.what === 'monitoring') return has('monitoring') || has('running')
  if (said.what === 'schedule') return has('schedule')
  // Nova counts from the start of each copy.
  if (said.what === 'running') return said.elapsedS + 2 < draft.elapsedS
  return said.what === 'downtime' && said.afterS === 0 && draft.elapsedS > 10 && has('downtime')
}

const looksOnce = (draft: Draft, said: Said): boolean =>
  said.what === 'abort-failed' ||
  said.what === 'post-copy-failed' ||
  (said.what === 'running' && said.elapsedS >= draft.elapsedS) ||
  (said.what === 'downtime' && said.afterS > 0)

const destinationSays: ReadonlySet<Said['what']> = new Set<Said['what']>([
  'destination-check',
  'preparing-destination',
  'post-on-destination',
  'moved',
  'exception',
])
const controllerSays: ReadonlySet<Said['what']> = new Set<Said['what']>(['host-skipped', 'refused', 'no-host-left'])
const beside: ReadonlySet<Said['what']> = new Set<Said['what']>([
  'lifecycle',
  'instance-state',
  'not-found-on-source',
  'terminating',
  'complaint',
])
/** Clocks of two hosts, and what is said a little before and after. */
const tolerance = 2 * minute

/** All live migrations of one instance. */
export function liveEpisodes(instance: string, told: readonly Told[]): Episode[] {
  const drafts = fromSources(told).map((draft) => ({
    ...draft,
    from: draft.host as string | null,
    to: destinationOf(draft.told),
    requests: requestsOf(draft.told),
    begins: draft.told[0]?.key ?? 0,
    ends: draft.told.at(-1)?.key ?? 0,
  }))
  const rest: Told[] = []
  for (const each of told) {
    const { what } = each.said
    if (!destinationSays.has(what) && !controllerSays.has(what)) continue
    if (what === 'exception' && isCold(each.said.where)) continue
    if (what === 'refused' && (each.said.task === 'cold' || /cold migrat|resize/i.test(each.said.error))) continue
    const fits = drafts.filter((draft) => {
      if (each.request !== null && draft.requests.has(each.request)) return true
      const near = each.key >= draft.begins - tolerance && each.key <= draft.ends + tolerance
      if (!near || (each.request !== null && draft.requests.size > 0 && what !== 'moved')) return false
      if (controllerSays.has(what)) return true
      return draft.from !== each.host ? draft.to === null || sameHost(draft.to, each.host) : what === 'exception'
    })
    const closest = fits.sort((a, b) => Math.abs(a.begins - each.key) - Math.abs(b.begins - each.key))[0]
    if (closest === undefined) rest.push(each)
    else {
      closest.told.push(each)
      if (closest.to === null && destinationSays.has(what) && what !== 'exception') closest.to = each.host
    }
  }
  const episodes: Episode[] = drafts.map((draft) => ({
    kind: 'live',
    instance,
    from: draft.from,
    // Until Queens a source names its destination only when all went well; the guest comes up there whatever becomes of it.
    to: draft.to ?? cameUpOn(told, draft),
    told: draft.told,
  }))
  episodes.push(...withoutSource(instance, rest, told))
  return episodes.map((episode) => withSide(episode, told, episodes))
}

function cameUpOn(
  told: readonly Told[],
  { from, begins, ends }: { readonly from: string | null; readonly begins: number; readonly ends: number },
): string | null {
  const there = told.find(
    ({ said, host, key }) =>
      said.what === 'lifecycle' &&
      (said.state === 'Started' || said.state === 'Resumed') &&
      host !== from &&
      key >= begins - tolerance &&
      key <= ends + tolerance,
  )
  return there?.host ?? null
}

/** What only a destination or the conductor tells of. */
function withoutSource(instance: string, rest: readonly Told[], everything: readonly Told[]): Episode[] {
  const episodes: { kind: 'live'; instance: string; from: string | null; to: string | null; told: Told[] }[] = []
  for (const each of rest) {
    const { said } = each
    if (said.what === 'moved' && !cameUpHere(each, everything)) continue
    const open = episodes.at(-1)
    const sameRequest = each.request !== null && open?.told.some(({ request }) => request === each.request) === true
    const over = open?.told.some((one) => one.said.what === 'post-on-destination') === true
    const soon = open !== undefined && each.key - (open.told.at(-1)?.key ?? 0) < 10 * minute
    const goesOn = open !== undefined && (sameRequest || (soon && !(over && each.said.what !== 'moved')))
    const episode = goesOn ? open : { kind: 'live' as const, instance, from: null, to: null, told: [] as Told[] }
    if (!goesOn) episodes.push(episode)
    episode.told.push(each)
    if (said.what === 'moved') [episode.from, episode.to] = [said.from, said.to]
    else if (said.what === 'destination-check' || said.what === 'preparing-destination') episode.to = each.host
    else if (said.what === 'post-on-destination') episode.to = each.host
    else if (said.what === 'host-skipped') episode.to ??= said.to
    else if (said.what === 'exception') placeException(episode, each.host, said)
  }
  // A check that was made says nothing by itself of where it led.
  return episodes.filter(({ told }) =>
    told.some(({ said }) => !['destination-check', 'no-host-left'].includes(said.what)),
  )
}

/** A check or a preparation is done on one of the two: whose exception it is says which. */
function placeException(
  episode: { from: string | null; to: string | null },
  host: string,
  { where, error }: Extract<Said, { what: 'exception' }>,
): void {
  // Without its traceback: the destination alone compares CPUs.
  if (where === null && /CPU/.test(error) && (refusalIn(error)?.which.startsWith('cpu') ?? false)) episode.to ??= host
  if (where === 'check_can_live_migrate_source') episode.from ??= host
  else if (where !== null && ofDestination.has(where)) episode.to ??= host
}
const ofDestination: ReadonlySet<string> = new Set([
  'check_can_live_migrate_destination',
  'pre_live_migration',
  'post_live_migration_at_destination',
])

/**
 * A host says "has moved from host A to host B" of every guest of which it hears something while the database has it elsewhere: B is
 * itself. That a guest came there is only so where it came up there right before, and not where it was stopped, as a former
 * source's is.
 */
function cameUpHere(moved: Told, everything: readonly Told[]): boolean {
  const before = everything.findLast(
    ({ said, host, key }) =>
      said.what === 'lifecycle' && host === moved.host && key <= moved.key && key >= moved.key - tolerance,
  )
  return before?.said.what === 'lifecycle' && (before.said.state === 'Started' || before.said.state === 'Resumed')
}

/** What is said of every guest, where it was said while this one moved, by one of its hosts. */
function withSide(episode: Episode, told: readonly Told[], episodes: readonly Episode[]): Episode {
  const begin = episode.told[0]?.key ?? 0
  const end = episode.told.reduce((latest, { key }) => Math.max(latest, key), begin)
  const next = episodes.map((other) => other.told[0]?.key ?? 0).filter((key) => key > end)
  const over = episode.told.some(({ said }) => ends(said.what))
  // A copy that nobody watches any more may take hours to put the guest elsewhere.
  const until = Math.min(end + (over ? 15 : 360) * minute, ...next)
  const hosts = [episode.from, episode.to].filter((host) => host !== null)
  const requests = requestsOf(episode.told)
  const side = told.filter(
    (each) =>
      beside.has(each.said.what) &&
      ((each.key >= begin && each.key <= until && hosts.some((host) => sameHost(host, each.host))) ||
        (each.request !== null && requests.has(each.request))),
  )
  return { ...episode, told: [...episode.told, ...side].sort((a, b) => a.key - b.key) }
}

const isCold = (where: string | null): boolean => where !== null && /resize|_cold|migrate_disk/.test(where)

const requestsOf = (told: readonly Told[]): Set<string> =>
  new Set(told.map(({ request }) => request).filter((request) => request !== null))

function destinationOf(told: readonly Told[]): string | null {
  let to: string | null = null
  for (const { said } of told) {
    if (said.what === 'prepared' || said.what === 'finished' || said.what === 'prepare-failed') to = said.to
    else if (said.what === 'post-at-destination-failed' || said.what === 'vif-failed') to = said.to ?? to
  }
  return to
}
