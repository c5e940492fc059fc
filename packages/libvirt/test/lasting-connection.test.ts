import { describe, expect, it, onTestFinished } from 'vitest'
import { connectLasting } from '../src/index.ts'
import type { EventGap, LastingConnection, LastingOptions } from '../src/index.ts'
import { backOffMs } from '../src/connection/back-off.ts'
import { DaemonError, FakeLibvirtd, ManualClock, remote } from '../src/testing/fake-libvirtd.ts'
import { failure, guest, settle } from './session.ts'

interface Lasting {
  readonly daemon: FakeLibvirtd
  readonly clock: ManualClock
  readonly host: LastingConnection
  readonly gaps: EventGap[]
  readonly retries: number[]
  /** Whether the daemon takes connections. */
  readonly reach: { isUp: boolean }
}

const lasting = (options: LastingOptions = {}): Lasting => {
  const daemon = new FakeLibvirtd()
  const clock = new ManualClock()
  const gaps: EventGap[] = []
  const retries: number[] = []
  const reach = { isUp: true }
  const host = connectLasting('qemu:///system', {
    clock,
    random: () => 0,
    backOff: { firstMs: 100, maxMs: 1000 },
    transport: () => (reach.isUp ? daemon.transport() : Promise.reject(new Error('nobody there'))),
    onRetry: (_, delayMs) => retries.push(delayMs),
    ...options,
  })
  host.onGap((gap) => gaps.push(gap))
  onTestFinished(async () => {
    await host.close()
    await daemon[Symbol.asyncDispose]()
    if (clock.pendingTimers !== 0) throw new Error(`${clock.pendingTimers} timers were left behind`)
  })
  return { daemon, clock, host, gaps, retries, reach }
}

const lifecycle = { callbackID: 0, dom: guest, event: 2, detail: 0 }

it('is opened at once and gives its connection to whoever waits', async () => {
  const { daemon, host } = lasting()
  daemon.respond(remote.connectGetHostname, () => ({ hostname: 'host1' }))
  expect(host.current).toBeUndefined()
  expect(await (await host.open()).getHostname()).toBe('host1')
  expect(host.current).toBe(await host.open())
})

it('comes back after a loss with its subscriptions, and then says that events may have been missed', async () => {
  const { daemon, host, gaps } = lasting()
  const seen: string[] = []
  await host.open()
  await host.domainEventRegisterAny('lifecycle', ({ event }) => seen.push(event))
  host.onGap(() => seen.push('gap'))
  daemon.clients[0]?.sendEvent(remote.domainEventLifecycle, lifecycle)
  await settle()
  daemon.clients[0]?.drop()
  await settle()
  await host.open()
  // The fake daemon's ids go on counting, as a real one's do.
  daemon.clients[1]?.sendEvent(remote.domainEventLifecycle, { ...lifecycle, callbackID: 1, event: 5 })
  await settle()
  expect(seen).toEqual(['started', 'gap', 'stopped'])
  expect(gaps).toEqual([{ reason: expect.objectContaining({ code: 'LIBVIRT_CONNECTION_LOST' }), attempts: 1 }])
})

it('waits longer after each failure, up to the limit, and starts anew after a success', async () => {
  const state = lasting()
  const { clock, host, retries, gaps, daemon } = state
  await host.open()
  state.reach.isUp = false
  daemon.clients[0]?.drop()
  await settle()
  for (const delayMs of [100, 200, 400, 800, 1000]) {
    expect(retries.at(-1)).toBe(delayMs)
    clock.advance(delayMs - 1)
    await settle()
    expect(retries.at(-1)).toBe(delayMs)
    clock.advance(1)
    await settle()
  }
  state.reach.isUp = true
  clock.advance(1000)
  await settle()
  expect(gaps.map(({ attempts }) => attempts)).toEqual([7])
  state.reach.isUp = false
  daemon.clients[1]?.drop()
  await settle()
  expect(retries.at(-1)).toBe(100)
})

it('leaves half of the pause to chance', () => {
  expect(backOffMs({ firstMs: 100, maxMs: 1000 }, 2, 0)).toBe(200)
  expect(backOffMs({ firstMs: 100, maxMs: 1000 }, 2, 0.5)).toBe(150)
  expect(backOffMs({ firstMs: 100, maxMs: 1000 }, 99, 0)).toBe(1000)
})

it('does not repeat a call that was under way', async () => {
  const { daemon, host } = lasting()
  daemon.respond(remote.connectGetHostname, () => new Promise(() => {}))
  const call = failure((await host.open()).getHostname())
  await settle()
  daemon.clients[0]?.drop()
  expect(await call).toMatchObject({ code: 'LIBVIRT_CONNECTION_LOST' })
  await host.open()
  expect(daemon.callsOf(remote.connectGetHostname)).toHaveLength(1)
})

it('takes subscriptions while there is no connection, and forgets those that were disposed of', async () => {
  const { daemon, host } = lasting()
  const early = await host.domainEventRegisterAny('lifecycle', () => {})
  await host.domainEventRegisterAny('reboot', () => {})
  await host.open()
  expect(daemon.callsOf(remote.connectDomainEventCallbackRegisterAny).map(({ eventID }) => eventID)).toEqual([0, 1])
  await early[Symbol.asyncDispose]()
  expect(daemon.callsOf(remote.connectDomainEventCallbackDeregisterAny)).toEqual([{ callbackID: 0 }])
  daemon.clients[0]?.drop()
  await settle()
  await host.open()
  expect(daemon.callsOf(remote.connectDomainEventCallbackRegisterAny).map(({ eventID }) => eventID)).toEqual([0, 1, 1])
})

it('tells at once when an open connection refuses a subscription, and does not try it again', async () => {
  const { daemon, host } = lasting()
  await host.open()
  daemon.respond(remote.connectDomainEventCallbackRegisterAny, () => {
    throw new DaemonError('VIR_ERR_NO_SUPPORT', 'no events here')
  })
  const error = await failure(host.domainEventRegisterAny('lifecycle', () => {}))
  expect(error).toMatchObject({ code: 'VIR_ERR_NO_SUPPORT' })
  daemon.clients[0]?.drop()
  await settle()
  await host.open()
  expect(daemon.callsOf(remote.connectDomainEventCallbackRegisterAny)).toHaveLength(1)
})

it('closed while it waits for the next attempt, it stops trying and rejects who waits', async () => {
  const state = lasting({ transport: () => Promise.reject(new Error('nobody there')) })
  await settle()
  const waiting = failure(state.host.open())
  await state.host.close()
  expect(await waiting).toMatchObject({ code: 'LIBVIRT_CONNECTION_CLOSED' })
  expect(state.clock.pendingTimers).toBe(0)
  expect(state.daemon.clients).toHaveLength(0)
})

describe('a caller that would rather hear why there is no connection than wait', () => {
  it('gets the open one, or the one that is being opened', async () => {
    const { daemon, host } = lasting()
    const opening = await host.openNow()
    expect(await host.openNow()).toBe(opening)
    expect(daemon.clients).toHaveLength(1)
  })

  it('is told why the attempt failed, and cuts the pause before the next one short', async () => {
    const state = lasting()
    await state.host.open()
    state.reach.isUp = false
    state.daemon.clients[0]?.drop()
    await settle()
    expect(state.retries).toEqual([100])
    expect(await failure(state.host.openNow())).toMatchObject({ message: expect.stringContaining('nobody there') })
    expect(await failure(state.host.openNow())).toMatchObject({ message: expect.stringContaining('nobody there') })
    expect(state.retries).toEqual([100, 200, 400])
    state.reach.isUp = true
    expect(await state.host.openNow()).toBe(state.host.current)
  })

  it('is told that it was closed', async () => {
    const { host } = lasting()
    await host.openNow()
    await host.close()
    expect(await failure(host.openNow())).toMatchObject({ code: 'LIBVIRT_CONNECTION_CLOSED' })
  })
})

it('a subscription that the daemon refuses after a loss keeps neither the others nor the host away', async () => {
  const refused: string[] = []
  const { daemon, host } = lasting({ onRefused: ({ message }) => refused.push(message) })
  await host.open()
  await host.domainEventRegisterAny('lifecycle', () => {})
  const seen: string[] = []
  await host.domainEventRegisterAny('reboot', () => seen.push('reboot'))
  daemon.respond(remote.connectDomainEventCallbackRegisterAny, ({ eventID }) => {
    if (eventID === 0) throw new DaemonError('VIR_ERR_NO_DOMAIN', 'it has left')
    return { callbackID: 7 }
  })
  daemon.clients[0]?.drop()
  await settle()
  expect(await host.openNow()).toBe(host.current)
  expect(refused).toEqual([expect.stringContaining('it has left')])
  daemon.clients[1]?.sendEvent(remote.domainEventReboot, { callbackID: 7, dom: guest })
  await settle()
  expect(seen).toEqual(['reboot'])
})

it('lets a caller give up waiting', async () => {
  const state = lasting({ transport: () => Promise.reject(new Error('nobody there')) })
  await settle()
  const giveUp = new AbortController()
  const waiting = failure(state.host.open({ signal: giveUp.signal }))
  giveUp.abort()
  expect(await waiting).toMatchObject({ code: 'LIBVIRT_ABORTED' })
})

it('refuses a URI that can never be right', () => {
  expect(() => connectLasting('qemu+nonsense://host1/system')).toThrow(
    expect.objectContaining({ code: 'LIBVIRT_BAD_URI' }),
  )
})
