import { DaemonError, remote } from '@landfall/libvirt/testing'
import { describe, expect, test } from 'vitest'
import { systemClock } from '../../clock.ts'
import { HostSession } from '../../hosts/host-session.ts'
import { LiveHosts } from '../../testing/live-hosts.ts'
import {
  HandOverWatch,
  nothingSeen as nothing,
  withDestinationGap,
  withResume,
  withSourceGap,
  withStop,
} from './hand-over.ts'

test('post-copy says "resumed" twice; the guest ran from the first', () => {
  const seen = withResume(withResume(withStop(nothing, 10), 40), 7000)
  expect(seen).toMatchObject({ stoppedAt: 10, resumedAt: 40 })
})

test('a switchover that failed is followed by another stop, which is the one that counts', () => {
  expect(withResume(withStop(withStop(nothing, 10), 500), 530)).toMatchObject({ stoppedAt: 500, resumedAt: 530 })
})

test('the two hosts’ events may come in either order', () => {
  expect(withStop(withResume(nothing, 40), 41)).toMatchObject({ stoppedAt: 41, resumedAt: 40 })
})

describe('where a connection was lost, and events with it,', () => {
  test('a stop that may have been undone meanwhile is not the one that the guest was resumed after', () => {
    expect(withResume(withSourceGap(withStop(nothing, 10)), 900)).toMatchObject({ stoppedAt: null, resumedAt: 900 })
  })

  test('what was seen whole before stays', () => {
    const whole = withResume(withStop(nothing, 10), 40)
    expect(withDestinationGap(withSourceGap(whole))).toEqual(whole)
  })

  test('a stopped guest may have been resumed unheard: what is heard next is not taken for the first time', () => {
    expect(withResume(withDestinationGap(withStop(nothing, 10)), 7000)).toMatchObject({ resumedAt: null })
  })

  test('a guest that has not stopped yet cannot have been resumed', () => {
    expect(withResume(withStop(withDestinationGap(nothing), 10), 40)).toMatchObject({ stoppedAt: 10, resumedAt: 40 })
  })
})

test('events of both hosts are heard after their connections were lost and opened again', async () => {
  await using world = await LiveHosts.listen()
  await using source = new HostSession(world.hosts[0])
  await using destination = new HostSession(world.hosts[1])
  let rung = 0
  await using watch = await HandOverWatch.start(world.guest.uuid, source, destination, systemClock, () => rung++)
  for (const { clients } of world.daemons) clients[0]?.drop()
  // It may have missed something: both are looked at anew.
  await expect.poll(() => rung).toBe(2)
  const dom = { name: world.guest.name, uuid: world.guest.uuid, id: 1 }
  // VIR_DOMAIN_EVENT_SUSPENDED_MIGRATED and _RESUMED_MIGRATED; ids go on counting: 0, 1 and 2 were lost with the source's.
  world.daemons[0].clients[1]?.sendEvent(remote.domainEventLifecycle, { callbackID: 3, dom, event: 3, detail: 1 })
  world.daemons[1].clients[1]?.sendEvent(remote.domainEventLifecycle, { callbackID: 1, dom, event: 4, detail: 1 })
  await expect.poll(() => [watch.seen.stoppedAt, watch.seen.resumedAt]).not.toContain(null)
})

const migrationIteration = 20
const refuses = (): never => {
  throw new DaemonError('VIR_ERR_OPERATION_FAILED', 'event callback already tracked')
}

test('a source that refuses one of its events keeps nothing of the others', async () => {
  await using world = await LiveHosts.listen()
  await using source = new HostSession(world.hosts[0])
  await using destination = new HostSession(world.hosts[1])
  let callbackID = 0
  world.daemons[0].respond(remote.connectDomainEventCallbackRegisterAny, ({ eventID }) =>
    eventID === migrationIteration ? refuses() : { callbackID: callbackID++ },
  )
  const watch = HandOverWatch.start(world.guest.uuid, source, destination, systemClock, () => undefined)
  await expect(watch).rejects.toThrow('already tracked')
  expect((await source.connection()).load.registrations).toBe(0)
})

test('a destination that refuses its events does not keep the source from being steered', async () => {
  await using world = await LiveHosts.listen()
  await using source = new HostSession(world.hosts[0])
  await using destination = new HostSession(world.hosts[1])
  world.daemons[1].respond(remote.connectDomainEventCallbackRegisterAny, refuses)
  {
    await using watch = await HandOverWatch.start(world.guest.uuid, source, destination, systemClock, () => undefined)
    expect(watch.seen).toEqual(nothing)
    expect((await source.connection()).load.registrations).toBe(3)
  }
  expect((await source.connection()).load.registrations).toBe(0)
})
