import type { MigrationDetail, MigrationUnderWay } from '@landfall/api'
import { tellable } from '../../errors.ts'
import type { Store } from '../../store/store.ts'
import { findPastMigration } from '../../store/story/past-migration.ts'
import { soFar } from '../../store/story/so-far.ts'
import { tellStory } from '../../store/story/story.ts'
import type { ActiveMigration, ActiveMigrations } from './active-migrations.ts'
import { noSuchMigration } from './active-migrations.ts'
import { askedElsewhere, standElsewhere, standOf } from './as-it-stands.ts'

/** Every migration that has not ended: of this process, of others on the same store, and those that their driver left. */
export async function allUnderWay(
  store: Pick<Store, 'unended' | 'requests'>,
  active: Pick<ActiveMigrations, 'all' | 'find'>,
): Promise<readonly MigrationUnderWay[]> {
  const isOthers = (id: string): boolean => active.find(id) === null
  const [driven, undriven] = await Promise.all([store.unended('driven', isOthers), store.unended('undriven', isOthers)])
  const asked = await store.requests.list()
  const begun = new Set([...driven, ...undriven].map(({ record }) => record.id))
  const stands = [
    ...active.all.flatMap((each) => standOf(each) ?? []),
    ...driven.map((story) => standElsewhere(story, true)),
    ...undriven.map((story) => standElsewhere(story, false)),
    ...asked.filter(({ id }) => isOthers(id) && !begun.has(id)).map(askedElsewhere),
  ]
  return stands.toSorted((one, other) => (one.id < other.id ? -1 : 1))
}

/** @throws LandfallError `no-migration` for an ID that nothing is known of */
export async function detailOf(
  store: Store,
  active: Pick<ActiveMigrations, 'find'>,
  id: string,
): Promise<MigrationDetail> {
  const here = active.find(id)
  const now = here === null ? null : standOf(here)
  // Read once: its samples are in it, and its end where it has one.
  const entries = await store.entries(id)
  const story = tellStory(entries)
  if (now !== null) return { state: 'under-way', now, soFar: story === null ? null : soFar(story, entries) }
  if (story !== null && story.report !== null) {
    return { state: 'ended', report: story.report, past: await findPastMigration(store, id) }
  }
  // Nothing is written of it, or its end waits to be.
  if (here !== null) return toldEnd(here)
  if (story !== null) {
    const stand = standElsewhere(story, await store.isDriven(id))
    return { state: 'under-way', now: stand, soFar: soFar(story, entries) }
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
