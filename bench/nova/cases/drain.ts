import { addInstance, monotonicNowMs } from '@landfall/lab'
import type { Case, Shown } from '../case.ts'
import { fast, nothingArmed, small } from '../case.ts'
import { landfall } from '../command.ts'
import type { Instance } from '../instance.ts'
import { instance, outcome } from '../instance.ts'

/** Six on the compute that is emptied; the other half of the pair is on the other one. */
const names = ['small1', 'small2', 'locked1', 'paused1', 'broken1', 'half1'] as const
type Name = (typeof names)[number]
const otherHalf = 'half2'
/** With two computes there is none left for one half of the pair. */
const staying: readonly Name[] = ['paused1', 'broken1', 'half1']

interface Service {
  readonly enabled: boolean | null
  readonly disabledReason: string | null
}

async function emptied(first: Instance, hostsFile: string): Promise<Shown> {
  const { lab, cloud, from, to } = first
  const { actions, serverGroups } = cloud.compute
  const group = await serverGroups.create({ name: 'apart', policy: 'anti-affinity' })
  await addInstance(lab, { ...small('half1'), on: from }, { serverGroupId: group.id })
  await addInstance(lab, { ...small(otherHalf), on: to }, { serverGroupId: group.id })
  const all = new Map<Name, Instance>()
  for (const name of names) all.set(name, name === 'small1' ? first : await instance(lab, { ...small(name), on: from }))
  const id = (name: Name): string => all.get(name)?.id ?? ''
  await actions.lock(id('locked1'), 'not to be touched')
  await actions.pause(id('paused1'))
  await actions.resetState(id('broken1'), 'error')

  const since = monotonicNowMs()
  const refused = landfall(hostsFile, ['drain', from, '--dry-run', '--json'])
  const refusedWith = await refused.ended
  const away = landfall(hostsFile, ['drain', from, '--yes', '--partly', '--json'])
  const drained = await away.ended
  const disabled = await serviceOf(first, from)
  const places = await placesOf(first)
  const back = landfall(hostsFile, ['undrain', from, '--yes', '--json'])
  const undrained = await back.ended
  const enabled = await serviceOf(first, from)
  const home = await placesOf(first)
  const after = []
  for (const name of ['small1', 'small2', 'locked1'] as const) {
    const of = all.get(name)
    if (of !== undefined) after.push({ name, ...(await outcome(of, since)) })
  }
  // The next case finds them as any other.
  await actions.resetState(id('broken1'), 'active')
  await actions.unpause(id('paused1'))
  await actions.unlock(id('locked1'))

  const movedRight = names.every((name) => places.get(name) === (staying.includes(name) ? from : to))
  const homeRight = names.every((name) => home.get(name) === from) && home.get(otherHalf) === to
  const serviceRight = disabled.disabledReason === 'drained by Landfall' && enabled.enabled === true
  const unharmed = after.filter(({ right }) => right).length
  return {
    asExpected: refusedWith !== 0 && movedRight && homeRight && serviceRight && unharmed === 3 && undrained === 0,
    words:
      `drain ended with ${drained}, ${[...places.values()].filter((host) => host === to).length - 1} of 6 moved; service ` +
      `${disabled.enabled === false ? `disabled (${disabled.disabledReason ?? ''})` : 'NOT disabled'}, then ` +
      `${enabled.enabled === true ? 'enabled' : 'NOT enabled'}; ${homeRight ? 'all' : 'NOT all'} home; ${unharmed} of 3 right`,
    figures: {
      plan: refused.printed(),
      drained: away.printed(),
      undrained: back.printed(),
      told: [away.told(), back.told()],
      places: Object.fromEntries(places),
      home: Object.fromEntries(home),
      disabled,
      enabled,
      after,
    },
  }
}

async function serviceOf({ cloud }: Instance, host: string): Promise<Service> {
  const [service] = await cloud.compute.services.list({ host, binary: 'nova-compute' })
  return { enabled: service?.enabled ?? null, disabledReason: service?.disabledReason ?? null }
}

/** Where Nova has each of them. */
async function placesOf({ cloud }: Instance): Promise<ReadonlyMap<string, string | null>> {
  const found = await Promise.all([...names, otherHalf].map((name) => cloud.compute.servers.find(name)))
  return new Map(found.flat().map(({ name, host }) => [name, host]))
}

export const drain: Readonly<Record<string, Case>> = {
  drain: {
    what: 'landfall drain of a compute with six instances: one locked, one paused, one in ERROR, one of an anti-affine pair; and back',
    guest: small('small1'),
    options: nothingArmed,
    link: fast,
    spoils: true,
    run: emptied,
  },
}
