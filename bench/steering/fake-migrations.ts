import { FakeLibvirtd, remote } from '@landfall/libvirt/testing'
import type { FakeClient } from '@landfall/libvirt/testing'

// Fake hosts in a process of their own: `node fake-migrations.ts HOSTS GUESTS_PER_HOST [MOVING]`. Guests are on their way out: every
// one, or so many in all, one of each host in its turn: 64 GiB over 1.1 GiB/s, then a plateau of 8-24 GiB that is sent again and
// again, so that passes last 7-60 s. Prints the hosts' URIs; tells each new pass, as libvirt does. Sent `{ host, name }`, that host has
// one guest more, and says so.

const [hosts = 1, guestsPerHost = 1, moves = hosts * guestsPerHost] = process.argv.slice(2).map(Number)
const GiB = 2 ** 30
const linkBytesPerSecond = 1.1 * GiB
const memoryBytes = 64 * GiB

interface Moving {
  readonly uuid: string
  readonly beganAt: number
  readonly plateauBytes: number
  toldPass: number
}

interface Progress {
  readonly pass: number
  readonly sentBytes: number
  readonly remainingBytes: number
}

function progressOf({ beganAt, plateauBytes }: Moving, now: number): Progress {
  const sentBytes = Math.max(0, ((now - beganAt) / 1000) * linkBytesPerSecond)
  if (sentBytes < memoryBytes) return { pass: 1, sentBytes, remainingBytes: memoryBytes - sentBytes }
  const after = sentBytes - memoryBytes
  return {
    pass: 2 + Math.floor(after / plateauBytes),
    sentBytes,
    remainingBytes: plateauBytes - (after % plateauBytes),
  }
}

const uuidOf = (host: number, guest: number): string =>
  `6a3d2f60-58e3-4c0f-${String(host).padStart(4, '0')}-${String(guest).padStart(12, '0')}`

const long = (field: string, value: number) => ({ field, type: 'ullong', value: BigInt(Math.round(value)) }) as const
const refOf = (uuid: string) => ({ name: `guest-${uuid.slice(19, 23)}-${uuid.slice(-4)}`, uuid, id: 1 })

const fleet = await Promise.all(
  Array.from({ length: hosts }, async (_, host) => {
    const daemon = await FakeLibvirtd.listen()
    const moving = new Map<string, Moving>()
    const guests = Array.from({ length: guestsPerHost }, (_, guest) => refOf(uuidOf(host, guest)))
    for (let guest = 0; guest < guestsPerHost && guest * hosts + host < moves; guest++) {
      const uuid = uuidOf(host, guest)
      const beganAt = Date.now() - Math.random() * 60_000
      moving.set(uuid, { uuid, beganAt, plateauBytes: (8 + 16 * Math.random()) * GiB, toldPass: 0 })
    }
    const callbacks: { client: FakeClient; callbackID: number; eventID: number; uuid: string | undefined }[] = []
    let nextCallbackId = 0
    daemon.respond(remote.connectDomainEventCallbackRegisterAny, ({ eventID, dom }, { client }) => {
      callbacks.push({ client, eventID, uuid: dom?.uuid, callbackID: nextCallbackId })
      return { callbackID: nextCallbackId++ }
    })
    daemon.respond(remote.domainLookupByUuid, ({ uuid }) => ({ dom: refOf(uuid) }))
    daemon.respond(remote.domainGetState, () => ({ state: 1, reason: 1 }))
    daemon.respond(remote.domainMigrateGetMaxDowntime, () => ({ downtime: 300n }))
    daemon.respond(remote.domainMigrateSetMaxDowntime, () => undefined)
    daemon.respond(remote.domainGetJobStats, ({ dom }) => {
      const guest = moving.get(dom.uuid)
      if (guest === undefined) return { type: 0, params: [] }
      const { pass, sentBytes, remainingBytes } = progressOf(guest, Date.now())
      const params = [
        { field: 'operation', type: 'int', value: 5 } as const,
        long('time_elapsed', Date.now() - guest.beganAt),
        long('memory_total', memoryBytes),
        long('memory_processed', sentBytes),
        long('memory_remaining', remainingBytes),
        long('memory_bps', linkBytesPerSecond),
        long('memory_iteration', pass),
        long('memory_page_size', 4096),
        long('memory_dirty_rate', 280_000),
      ]
      return { type: 2, params }
    })
    // What libvirt tells of every new pass (VIR_DOMAIN_EVENT_ID_MIGRATION_ITERATION is 20).
    const tell = (): void => {
      daemon.calls.length = 0
      for (const guest of moving.values()) {
        const { pass } = progressOf(guest, Date.now())
        if (pass === guest.toldPass) continue
        guest.toldPass = pass
        for (const { client, callbackID, eventID, uuid } of callbacks) {
          if (eventID !== 20 || client.isClosed || (uuid !== undefined && uuid !== guest.uuid)) continue
          client.sendEvent(remote.domainEventMigrationIteration, {
            callbackID,
            dom: refOf(guest.uuid),
            iteration: pass,
          })
        }
      }
    }
    setInterval(tell, moving.size > 0 ? 50 : 1000)
    daemon.respond(remote.connectGetHostname, () => ({ hostname: `host${host}` }))
    daemon.respond(remote.connectGetVersion, () => ({ hvVer: 10_000_000n }))
    daemon.respond(remote.nodeGetMemoryStats, ({ nparams }) => ({
      params: nparams === 0 ? [] : [{ field: 'total', value: 768n * 2n ** 20n }],
      nparams: 1,
    }))
    daemon.respond(remote.connectNumOfDomains, () => ({ num: guests.length }))
    daemon.respond(remote.connectListAllDomains, () => ({ domains: guests, ret: guests.length }))
    daemon.respond(remote.domainGetInfo, () => ({
      state: 1,
      maxMem: BigInt(memoryBytes / 1024),
      memory: BigInt(memoryBytes / 1024),
      nrVirtCpu: 8,
      cpuTime: 0n,
    }))
    const appear = (name: string): void => {
      const dom = { name, uuid: uuidOf(host, guests.length), id: 1 }
      guests.push(dom)
      // VIR_DOMAIN_EVENT_ID_LIFECYCLE is 0; started is 2.
      for (const { client, callbackID, eventID, uuid } of callbacks)
        if (eventID === 0 && uuid === undefined && !client.isClosed)
          client.sendEvent(remote.domainEventLifecycle, { callbackID, dom, event: 2, detail: 0 })
    }
    return { daemon, appear }
  }),
)
console.log(JSON.stringify(fleet.map(({ daemon }) => daemon.uri)))
// As its parent sends it.
process.on('message', ({ host, name }: { host: number; name: string }) => fleet[host]?.appear(name))
process.on('disconnect', () => process.exit(0))
