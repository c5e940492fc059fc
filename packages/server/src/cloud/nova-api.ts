import type { Accepted, ComputeService, Migration, OpenStack, Server } from '@landfall/openstack'
import { hasEnded, isNotFound, OpenStackClientError, OpenStackError } from '@landfall/openstack'
import { serverError } from '../errors.ts'
import type { HeldAllocations } from './held-allocations.ts'
import { heldAllocations } from './held-allocations.ts'
import type { NovaApi } from './nova.ts'

/** What is asked of a cloud's Nova, each error of it as one of ours. */
export function novaApi(cloud: string, { compute, placement }: OpenStack): NovaApi {
  const asked = async <T>(what: string, ask: Promise<T>): Promise<T> => {
    try {
      return await ask
    } catch (error) {
      throw asOurs(cloud, what, error)
    }
  }
  const computeOf = async (host: string): Promise<ComputeService | undefined> =>
    (await asked(`for nova-compute of ${host}`, compute.services.list({ host, binary: 'nova-compute' })))[0]
  return {
    cloud,
    server: (id) => asked(`to show ${id}`, orNull(compute.servers.get(id))),
    newestMigration: (id): Promise<Migration | null> => asked(`for migrations of ${id}`, compute.migrations.newest(id)),
    liveFrom: async (host) => {
      // By status: a cloud keeps its records for years.
      const each = onTheirWay.map((status) =>
        compute.migrations.list({ sourceHost: host, type: 'live-migration', status }),
      )
      return (await asked(`for migrations from ${host}`, Promise.all(each))).flat()
    },
    liveSince: (since) =>
      asked('for its live migrations', compute.migrations.list({ type: 'live-migration', changedSince: since })),
    hasEnded,
    liveMigrate: (id, host): Promise<Accepted> =>
      asked(`to migrate ${id}`, compute.actions.liveMigrate(id, host === null ? {} : { host })),
    coldMigrate: (id, host): Promise<Accepted> =>
      asked(`to migrate ${id} cold`, compute.actions.migrate(id, host === null ? {} : { host })),
    confirm: (id): Promise<Accepted> => asked(`to confirm ${id}`, compute.actions.confirm(id)),
    revert: (id): Promise<Accepted> => asked(`to revert ${id}`, compute.actions.revert(id)),
    forceComplete: (id, migration): Promise<Accepted> =>
      asked(`to complete migration ${migration} of ${id}`, compute.serverMigrations.forceComplete(id, migration)),
    abort: (id, migration): Promise<Accepted> =>
      asked(`to abort migration ${migration} of ${id}`, compute.serverMigrations.abort(id, migration)),
    resetState: (id): Promise<Accepted> =>
      asked(`to reset the state of ${id}`, compute.actions.resetState(id, 'active')),
    allocations: async (instance, migration): Promise<HeldAllocations> => {
      const what = `for what ${instance.id} holds`
      const { facts, write } = await asked(what, heldAllocations({ compute, placement }, instance, migration))
      return { facts, write: (allocations) => asked(`to correct what ${instance.id} holds`, write(allocations)) }
    },
    hostOf: async (hostname) => {
      const found = await asked('for its hypervisors', compute.hypervisors.list())
      return found.find((each) => each.hostname === hostname)?.host ?? null
    },
    groupOf: (id) => asked(`for the server group ${id}`, compute.serverGroups.get(id)),
    disable: async (host, reason) => {
      const service = await computeOf(host)
      if (service?.id == null || service.enabled !== true) return false
      await asked(`to disable nova-compute of ${host}`, compute.services.disable(service.id, reason))
      return true
    },
    enable: async (host, reason) => {
      const service = await computeOf(host)
      if (service?.id == null || service.disabledReason?.startsWith(reason) !== true) return false
      await asked(`to enable nova-compute of ${host}`, compute.services.enable(service.id))
      return true
    },
    requestOf: async ({ serverId, createdAt }) => {
      const acts = await asked(`for the actions of ${serverId}`, compute.instanceActions.list(serverId))
      const age = (startedAt: Date): number => createdAt.getTime() - startedAt.getTime()
      const of = acts.find(
        ({ name, startedAt }) => asking.has(name) && age(startedAt) > -sameMomentMs && age(startedAt) < askedWithinMs,
      )
      return of?.requestId ?? null
    },
    whyFailed: async (id, requestId) => {
      const action = await asked(`for the actions of ${id}`, compute.instanceActions.get(id, requestId))
      const failed = action.events?.find(({ result }) => result !== null && result !== 'Success')
      return failed === undefined ? action.message : `${failed.name}: ${failed.details ?? failed.result ?? ''}`
    },
  }
}

/** Acts that make a record of a migration; it is made once the scheduler has chosen. */
const asking = new Set(['live-migration', 'migrate', 'evacuate'])
const askedWithinMs = 300_000
/** Both are written by the cloud's own clocks, to the second. */
const sameMomentMs = 5000

const onTheirWay = ['accepted', 'queued', 'preparing', 'running', 'running (post-copy)'] as const

const orNull = (ask: Promise<Server>): Promise<Server | null> =>
  ask.catch((error: unknown) => {
    // Only Nova itself knows that: a proxy before it that leads nowhere says 404 as well.
    if (isNotFound(error) && error instanceof OpenStackError && error.fault === 'itemNotFound') return null
    throw error
  })

/** The configuration that was read is at fault, and nothing was sent. */
const ofConfiguration = new Set(['OPENSTACK_BAD_CONFIG', 'OPENSTACK_NO_CLOUD', 'OPENSTACK_AUTH_UNSUPPORTED'])

export function asOurs(cloud: string, what: string, error: unknown): unknown {
  // Of what stands before it, which reaches no service behind it.
  if (error instanceof OpenStackError && error.code !== 'OPENSTACK_UNAVAILABLE') {
    const id = error.requestId === null ? '' : ` (${error.requestId})`
    const message = `cloud ${cloud} was asked ${what}, and refuses: ${error.message}${id}`
    return serverError('nova-refused', message, 'What it says has to be put right there', error)
  }
  if (!(error instanceof OpenStackError || error instanceof OpenStackClientError)) return error
  if (ofConfiguration.has(error.code))
    return serverError(
      'bad-config',
      `cloud ${cloud}: ${error.message}`,
      'Correct clouds.yaml, or the variables OS_*',
      error,
    )
  return serverError(
    'nova-unreachable',
    `cloud ${cloud} was asked ${what}, and does not answer: ${error.message}`,
    'Look whether its API is up, and reached from here',
    error,
  )
}
