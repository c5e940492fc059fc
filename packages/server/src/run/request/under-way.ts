import type { MigrationDetail, MigrationUnderWay, NovaUnderWay } from '@landfall/api'
import { tellable } from '../../errors.ts'
import type { Store } from '../../store/store.ts'
import { findPastMigration } from '../../store/story/past-migration.ts'
import { soFar } from '../../store/story/so-far.ts'
import type { MigrationStory } from '../../store/story/story.ts'
import { tellStory } from '../../store/story/story.ts'
import { aboutActive, aboutStory } from '../novas/beside/about.ts'
import type { AboutLook } from '../novas/beside/look.ts'
import type { ActiveMigration, ActiveMigrations } from './active-migrations.ts'
import { noSuchMigration } from './active-migrations.ts'
import { isDrivenOn, ofThisProcess } from './elsewhere/driven-on.ts'
import { askedElsewhere, standElsewhere, standOf } from './as-it-stands.ts'

/** What Nova has of one, as far as it is known at once; null for what is not Nova's. */
export type NovaOf = (about: AboutLook) => NovaUnderWay | null

const nobodyAsks: NovaOf = () => null

/** Every migration that has not ended: of this process, of others on the same store, and those that their driver left. */
export async function allUnderWay(
  store: Pick<Store, 'unended' | 'requests'>,
  active: Pick<ActiveMigrations, 'all' | 'find'>,
  novaOf: NovaOf = nobodyAsks,
): Promise<readonly MigrationUnderWay[]> {
  const isOthers = (id: string): boolean => active.find(id) === null
  const isOver = (id: string): boolean => active.find(id)?.log.hasEnded !== false
  const goOnElsewhere = async (which: 'driven' | 'undriven'): Promise<readonly MigrationStory[]> =>
    (await store.unended(which, isOver)).filter((story) => isOthers(story.record.id) || isDrivenOn(story))
  const [driven, undriven] = await Promise.all([goOnElsewhere('driven'), goOnElsewhere('undriven')])
  const asked = await store.requests.list()
  const begun = new Set([...driven, ...undriven].map(({ record }) => record.id))
  const stands = [
    ...active.all.flatMap((each) => {
      const stand = standOf(each)
      return stand === null ? [] : withNova(stand, novaOf(aboutActive(stand, each)))
    }),
    ...[...driven, ...undriven].map((story) => {
      const stand = standElsewhere(story, driven.includes(story))
      return withNova(stand, novaOf(aboutStory(stand, story)))
    }),
    ...asked.filter(({ id }) => isOthers(id) && !begun.has(id)).map(askedElsewhere),
  ]
  return stands.toSorted((one, other) => (one.id < other.id ? -1 : 1))
}

const withNova = (stand: MigrationUnderWay, nova: NovaUnderWay | null): MigrationUnderWay =>
  nova === null ? stand : { ...stand, nova }

/** What a look at Nova needs to know of one under way; null where nothing of it is. */
export async function aboutLook(
  store: Pick<Store, 'read'>,
  active: Pick<ActiveMigrations, 'find'>,
  id: string,
): Promise<AboutLook | null> {
  const here = await ofThisProcess(store, active, id)
  if (here !== null) {
    const stand = standOf(here)
    return stand === null ? null : aboutActive(stand, here)
  }
  const story = await store.read(id)
  return story === null || story.report !== null ? null : aboutStory(standElsewhere(story, true), story)
}

/** @throws LandfallError `no-migration` for an ID that nothing is known of */
export async function detailOf(
  store: Store,
  active: Pick<ActiveMigrations, 'find'>,
  id: string,
  novaOf: NovaOf = nobodyAsks,
): Promise<MigrationDetail> {
  const here = active.find(id)
  const now = here === null ? null : standOf(here)
  // Read once: its samples are in it, and its end where it has one.
  const entries = await store.entries(id)
  const story = tellStory(entries)
  if (here !== null && now !== null) {
    const stand = withNova(now, novaOf(aboutActive(now, here)))
    return { state: 'under-way', now: stand, soFar: story === null ? null : soFar(story, entries) }
  }
  if (story !== null && story.report !== null) {
    return { state: 'ended', report: story.report, past: await findPastMigration(store, id) }
  }
  // Nothing is written of it, or its end waits to be.
  if (here !== null && (story === null || !isDrivenOn(story))) return toldEnd(here)
  if (story !== null) {
    const stand = standElsewhere(story, await store.isDriven(id))
    const seen = withNova(stand, novaOf(aboutStory(stand, story)))
    return { state: 'under-way', now: seen, soFar: soFar(story, entries) }
  }
  const asked = (await store.requests.list()).find((request) => request.id === id)
  if (asked === undefined) throw noSuchMigration(id)
  return { state: 'under-way', now: askedElsewhere(asked), soFar: null }
}

function toldEnd({ id, guest, log }: ActiveMigration): MigrationDetail {
  const last = log.kept.at(-1)?.update
  if (last?.kind === 'ended' || last?.kind === 'refused') {
    return { state: 'ended', report: { ...last.report, id }, past: null }
  }
  const { code, message, next } = tellable(log.failure)
  return { state: 'failed', id, guest, code, message, next: next ?? null }
}
