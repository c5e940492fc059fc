import type { FoundMigration, Instance } from '@landfall/api'
import { LandfallError } from '@landfall/core'
import { expect, test } from 'vitest'
import type { Clock } from '../../clock.ts'
import { besideNova } from './beside-nova.ts'

const instance = (name: string): Instance => ({
  name,
  uuid: `uuid of ${name}`,
  host: 'host1',
  state: 'running',
  memoryBytes: 2 ** 30,
  vcpus: 1,
  labels: {},
  migrating: true,
  kept: null,
})

interface Told {
  /** Whom it watched, and whether it was to steer. */
  readonly watched: readonly string[]
  readonly found: readonly string[]
  readonly failed: readonly string[]
}

/** So many looks, each of which sees what `migrating` says. */
async function looks(
  count: number,
  migrating: (look: number) => readonly Instance[],
  refusals: readonly Error[] = [],
  isSteered: (name: string) => boolean = () => true,
  hangs: (uuid: string) => boolean = () => false,
): Promise<Told> {
  const stopped = new AbortController()
  let look = 0
  const left = [...refusals]
  const told = { watched: [] as string[], found: [] as string[], failed: [] as string[] }
  const clock: Clock = {
    now: () => look,
    sleep: async () => {
      // What was begun with this look comes to its end.
      await new Promise((resolve) => setImmediate(resolve))
      if (++look >= count) stopped.abort()
    },
  }
  const watch = async (uuid: string, { steer }: { readonly steer: boolean }): Promise<FoundMigration> => {
    told.watched.push(`${uuid}: ${steer ? 'steer' : 'observe'}`)
    if (hangs(uuid)) await new Promise(() => undefined)
    const refusal = left.shift()
    if (refusal !== undefined) throw refusal
    const role = { origin: 'found', hands: steer ? 'on' : 'off' } as const
    return { id: `m of ${uuid}`, guest: uuid, source: 'host1', destination: 'host2', role }
  }
  await besideNova(
    {
      migrating: async () => migrating(look),
      watch,
      isSteered: ({ name }) => Promise.resolve(isSteered(name)),
      clock,
      onFound: ({ id }) => void told.found.push(id),
      onFailed: (guest, error) => void told.failed.push(`${guest}: ${String(error)}`),
    },
    stopped.signal,
  )
  return told
}

test('each migration is taken up once for as long as it lasts, and again when there is another', async () => {
  const { watched, found } = await looks(6, (look) => (look === 2 ? [] : [instance('web1')]))
  expect(watched).toEqual(['uuid of web1: steer', 'uuid of web1: steer'])
  expect(found).toHaveLength(2)
})

test('several are taken up beside each other, each steered or observed as was said', async () => {
  const { watched } = await looks(
    1,
    () => [instance('web1'), instance('db1')],
    [],
    (name) => name === 'web1',
  )
  expect(watched).toEqual(['uuid of web1: steer', 'uuid of db1: observe'])
})

test('one whose take-up does not end keeps no other from being found, and is not begun twice', async () => {
  const { watched, found } = await looks(
    4,
    (look) => (look < 2 ? [instance('web1')] : [instance('web1'), instance('db1')]),
    [],
    () => true,
    (uuid) => uuid === 'uuid of web1',
  )
  expect(watched).toEqual(['uuid of web1: steer', 'uuid of db1: steer'])
  expect(found).toEqual(['m of uuid of db1'])
})

test('one that Nova’s record does not agree with is left alone from then on, and that is told once', async () => {
  const refusal = new LandfallError('no-agreement', 'Nova has no migration of it')
  const { watched, failed } = await looks(5, () => [instance('web1')], [refusal])
  expect(watched).toHaveLength(1)
  expect(failed).toEqual(['web1: LandfallError: Nova has no migration of it'])
})

test('where Nova does not answer it is asked again, and told once', async () => {
  const refusal = new LandfallError('nova-unreachable', 'down')
  const { watched, failed, found } = await looks(5, () => [instance('web1')], [refusal, refusal])
  expect(watched).toHaveLength(3)
  expect(failed).toHaveLength(1)
  expect(found).toHaveLength(1)
})

test('a host that does not answer keeps nothing from being looked for again', async () => {
  const { found, failed } = await looks(3, (look) => {
    if (look === 0) throw new Error('no route')
    return [instance('web1')]
  })
  expect(found).toHaveLength(1)
  expect(failed).toEqual(['all: Error: no route'])
})

test('looks that fail are told once, and what is taken up by then is not taken up again', async () => {
  const { found, failed } = await looks(5, (look) => {
    if (look === 1 || look === 2) throw new Error('no route')
    return [instance('web1')]
  })
  expect(found).toHaveLength(1)
  expect(failed).toEqual(['all: Error: no route'])
})
