import { describe, expect, it } from 'vitest'
import type { LifecycleEvent } from '../src/index.ts'
import { DaemonError, remote } from '../src/testing/fake-libvirtd.ts'
import { deferred, failure, guest, openSession, settle } from './session.ts'

const lifecycle = (callbackID: number, event: number, detail: number): remote.DomainEventLifecycleMessage => ({
  callbackID,
  dom: guest,
  event,
  detail,
})

const words = ({ domain, event, detail }: LifecycleEvent): string => `${domain.name} ${event} ${detail}`

describe('events', () => {
  it('reach the handler that asked for them, with names', async () => {
    const { connection, client } = await openSession()
    const seen: string[] = []
    await connection.domainEventRegisterAny('lifecycle', (event) => seen.push(words(event)))
    client.sendEvent(remote.domainEventLifecycle, lifecycle(0, 2, 1))
    client.sendEvent(remote.domainEventLifecycle, lifecycle(0, 4, 1))
    client.sendEvent(remote.domainEventLifecycle, lifecycle(0, 3, 8))
    client.sendEvent(remote.domainEventLifecycle, lifecycle(0, 5, 99))
    client.sendEvent(remote.domainEventLifecycle, lifecycle(0, 99, 0))
    await settle()
    expect(seen).toEqual([
      'guest1 started migrated',
      'guest1 resumed migrated',
      'guest1 suspended postcopy-failed',
      'guest1 stopped unknown',
      'guest1 unknown unknown',
    ])
  })

  it('that come before the reply of their registration are not lost', async () => {
    const { daemon, connection, client } = await openSession()
    const seen: string[] = []
    daemon.respond(remote.connectDomainEventCallbackRegisterAny, () => {
      client.sendEvent(remote.domainEventLifecycle, lifecycle(17, 2, 0))
      client.sendEvent(remote.domainEventLifecycle, lifecycle(18, 5, 1))
      return { callbackID: 17 }
    })
    await connection.domainEventRegisterAny('lifecycle', (event) => seen.push(words(event)))
    expect(seen).toEqual(['guest1 started booted'])
    client.sendEvent(remote.domainEventLifecycle, lifecycle(17, 5, 1))
    await settle()
    expect(seen).toEqual(['guest1 started booted', 'guest1 stopped destroyed'])
  })

  it('right behind the reply, in the same chunk, are not lost either', async () => {
    const { daemon, connection, client } = await openSession()
    const seen: string[] = []
    daemon.respond(remote.connectDomainEventCallbackRegisterAny, () => {
      queueMicrotask(() => {
        client.sendEvent(remote.domainEventLifecycle, lifecycle(3, 2, 0))
      })
      return { callbackID: 3 }
    })
    await connection.domainEventRegisterAny('lifecycle', (event) => seen.push(words(event)))
    await settle()
    expect(seen).toEqual(['guest1 started booted'])
  })

  it('are kept apart by callback id', async () => {
    const { daemon, connection, client } = await openSession()
    daemon.respond(remote.domainLookupByName, () => ({ dom: guest }))
    const domain = await connection.domainLookupByName('guest1')
    const seen: string[] = []
    const one = await connection.domainEventRegisterAny('lifecycle', () => seen.push('one'))
    const two = await connection.domainEventRegisterAny('lifecycle', () => seen.push('two'), { domain })
    client.sendEvent(remote.domainEventLifecycle, lifecycle(two.callbackId, 2, 0))
    client.sendEvent(remote.domainEventLifecycle, lifecycle(one.callbackId, 2, 0))
    await settle()
    expect(seen).toEqual(['two', 'one'])
  })

  it('of the same kind and domain are asked for once, for a daemon refuses a second time, and reach everybody here', async () => {
    const { daemon, connection, client } = await openSession()
    const seen: string[] = []
    const registered = await Promise.all(
      ['one', 'two'].map((who) => connection.domainEventRegisterAny('lifecycle', () => seen.push(who))),
    )
    const third = await connection.domainEventRegisterAny('lifecycle', () => seen.push('three'))
    expect(daemon.callsOf(remote.connectDomainEventCallbackRegisterAny)).toHaveLength(1)
    client.sendEvent(remote.domainEventLifecycle, lifecycle(third.callbackId, 2, 0))
    await settle()
    expect(seen).toEqual(['one', 'two', 'three'])
    for (const { deregister } of registered) await deregister()
    client.sendEvent(remote.domainEventLifecycle, lifecycle(third.callbackId, 2, 0))
    await settle()
    expect(seen.slice(3)).toEqual(['three'])
    // One that comes while the last one goes waits for that.
    const gone = third.deregister()
    const late = await connection.domainEventRegisterAny('lifecycle', () => seen.push('late'))
    await gone
    client.sendEvent(remote.domainEventLifecycle, lifecycle(late.callbackId, 2, 0))
    await settle()
    expect(seen.slice(4)).toEqual(['late'])
  })

  it('stop when the registration is disposed of, on both sides', async () => {
    const { daemon, connection, client } = await openSession()
    const seen: string[] = []
    {
      await using registration = await connection.domainEventRegisterAny('lifecycle', (event) =>
        seen.push(words(event)),
      )
      expect(registration.callbackId).toBe(0)
    }
    client.sendEvent(remote.domainEventLifecycle, lifecycle(0, 2, 0))
    await settle()
    expect(seen).toEqual([])
    expect(daemon.callsOf(remote.connectDomainEventCallbackDeregisterAny)).toEqual([{ callbackID: 0 }])
  })

  it('of a registration that was given up and made all the same are taken back, so that it can be made again', async () => {
    const { daemon, connection, client, clock } = await openSession({ callTimeoutMs: 1000 })
    const slow = deferred<{ callbackID: number }>()
    let tracked = false
    daemon.respond(remote.connectDomainEventCallbackRegisterAny, () => {
      if (tracked) throw new DaemonError('VIR_ERR_OPERATION_FAILED', 'event callback already tracked')
      tracked = true
      return slow.promise
    })
    daemon.respond(remote.connectDomainEventCallbackDeregisterAny, () => {
      tracked = false
      return undefined
    })
    const givenUp = failure(connection.domainEventRegisterAny('lifecycle', () => {}))
    await settle()
    clock.advance(1000)
    expect(await givenUp).toMatchObject({ code: 'LIBVIRT_TIMEOUT' })
    slow.resolve({ callbackID: 5 })
    await settle()
    expect(daemon.callsOf(remote.connectDomainEventCallbackDeregisterAny)).toEqual([{ callbackID: 5 }])
    const seen: string[] = []
    const { callbackId } = await connection.domainEventRegisterAny('lifecycle', (event) => seen.push(words(event)))
    client.sendEvent(remote.domainEventLifecycle, lifecycle(callbackId, 2, 0))
    await settle()
    expect(seen).toEqual(['guest1 started booted'])
  })

  it('can be deregistered twice, and after the connection is gone', async () => {
    const { daemon, connection, client } = await openSession()
    const first = await connection.domainEventRegisterAny('reboot', () => {})
    const second = await connection.domainEventRegisterAny('reboot', () => {})
    await first.deregister()
    await first.deregister()
    await second.deregister()
    expect(daemon.callsOf(remote.connectDomainEventCallbackDeregisterAny)).toHaveLength(1)
    const third = await connection.domainEventRegisterAny('reboot', () => {})
    client.drop()
    await settle()
    await third.deregister()
  })

  it('of one domain only are asked for with that domain', async () => {
    const { daemon, connection } = await openSession()
    daemon.respond(remote.domainLookupByName, () => ({ dom: guest }))
    const domain = await connection.domainLookupByName('guest1')
    await connection.domainEventRegisterAny('job-completed', () => {}, { domain })
    expect(daemon.callsOf(remote.connectDomainEventCallbackRegisterAny)).toEqual([{ eventID: 21, dom: guest }])
  })

  it('of a kind that the daemon is too old for are refused', async () => {
    const { connection } = await openSession({}, { libVersion: 9_000_000 })
    expect(await failure(connection.domainEventRegisterAny('nic-mac-change', () => {}))).toMatchObject({
      code: 'LIBVIRT_UNSUPPORTED',
      message: expect.stringContaining('needs libvirt 11.2.0'),
    })
  })

  it('whose handler throws are reported and do not stop the others', async () => {
    const errors: unknown[] = []
    const { connection, client } = await openSession({ onHandlerError: (error) => errors.push(error) })
    const mistake = new Error('handler')
    await connection.domainEventRegisterAny('reboot', () => {
      throw mistake
    })
    client.sendEvent(remote.domainEventReboot, { callbackID: 0, dom: guest })
    client.sendEvent(remote.domainEventReboot, { callbackID: 0, dom: guest })
    await settle()
    expect(errors).toEqual([mistake, mistake])
    expect(connection.isClosed).toBe(false)
  })

  it('of a failed registration are forgotten', async () => {
    const { daemon, connection } = await openSession()
    const gate = deferred<{ callbackID: number }>()
    daemon.respond(remote.connectDomainEventCallbackRegisterAny, () => gate.promise)
    const registered = failure(connection.domainEventRegisterAny('reboot', () => {}))
    await settle()
    gate.reject(new Error('no'))
    expect(await registered).toMatchObject({ code: 'VIR_ERR_INTERNAL_ERROR' })
  })
})

describe('what each kind tells', () => {
  const dom = guest
  const callbackID = 0

  it('job-completed: the job’s counters with units', async () => {
    const { connection, client } = await openSession()
    const seen: unknown[] = []
    await connection.domainEventRegisterAny('job-completed', ({ domain, operation, fields }) => {
      seen.push({ name: domain.name, operation, fields })
    })
    client.sendEvent(remote.domainEventJobCompleted, {
      callbackID,
      dom,
      params: [
        { field: 'operation', type: 'int', value: 5 },
        { field: 'time_elapsed', type: 'ullong', value: 18_900n },
        { field: 'downtime', type: 'ullong', value: 88n },
        { field: 'memory_iteration', type: 'ullong', value: 4n },
      ],
    })
    await settle()
    expect(seen).toEqual([
      {
        name: 'guest1',
        operation: 'migration-out',
        fields: { timeElapsedMs: 18_900, downtimeMs: 88, memoryIteration: 4 },
      },
    ])
  })

  it('migration-iteration, block-job, control-error, agent-lifecycle, tunable, io-error, watchdog, metadata-change', async () => {
    const { daemon, connection, client } = await openSession()
    daemon.respond(remote.connectDomainEventCallbackRegisterAny, ({ eventID }) => ({ callbackID: eventID }))
    const seen: unknown[] = []
    const note = ({ domain, ...rest }: { domain: { name: string } }): void => {
      seen.push({ name: domain.name, ...rest })
    }
    await connection.domainEventRegisterAny('migration-iteration', note)
    await connection.domainEventRegisterAny('block-job', note)
    await connection.domainEventRegisterAny('control-error', note)
    await connection.domainEventRegisterAny('agent-lifecycle', note)
    await connection.domainEventRegisterAny('tunable', note)
    await connection.domainEventRegisterAny('io-error', note)
    await connection.domainEventRegisterAny('watchdog', note)
    await connection.domainEventRegisterAny('metadata-change', note)
    client.sendEvent(remote.domainEventMigrationIteration, { callbackID: 20, dom, iteration: 2 })
    client.sendEvent(remote.domainEventBlockJob2, { callbackID: 16, dom, dst: 'vda', type: 2, status: 3 })
    client.sendEvent(remote.domainEventControlError, { callbackID: 7, dom })
    client.sendEvent(remote.domainEventAgentLifecycle, { callbackID: 18, dom, state: 1, reason: 2 })
    const quota = { field: 'cputune.vcpu_quota', type: 'llong', value: -1n } as const
    client.sendEvent(remote.domainEventTunable, { callbackID: 17, dom, params: [quota] })
    const io = { srcPath: '/a', devAlias: 'virtio-disk0', action: 1, reason: 'enospc' }
    client.sendEvent(remote.domainEventIoErrorReason, { callbackID: 6, dom, ...io })
    client.sendEvent(remote.domainEventWatchdog, { callbackID: 3, dom, action: 3 })
    client.sendEvent(remote.domainEventMetadataChange, { callbackID: 23, dom, type: 2, nsuri: 'urn:x' })
    await settle()
    const name = 'guest1'
    expect(seen).toEqual([
      { name, iteration: 2 },
      { name, target: 'vda', type: 'copy', status: 'ready' },
      { name },
      { name, state: 'connected', reason: 'channel' },
      { name, params: { 'cputune.vcpu_quota': -1n } },
      { name, sourcePath: '/a', deviceAlias: 'virtio-disk0', action: 'pause', reason: 'enospc' },
      { name, action: 'poweroff' },
      { name, type: 'element', namespace: 'urn:x' },
    ])
  })
})
