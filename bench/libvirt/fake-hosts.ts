import { FakeLibvirtd, remote } from '@landfall/libvirt/testing'
import type { FakeClient } from '@landfall/libvirt/testing'

// Fake daemons in a process of their own: `node fake-hosts.ts COUNT`. Prints their URIs; pings every client each 5 s, as libvirtd does.
const count = Number(process.argv[2] ?? 1)
const daemons = await Promise.all(Array.from({ length: count }, () => FakeLibvirtd.listen()))
const callbackIds = new Map<FakeClient, number>()
let nextCallbackId = 0
for (const daemon of daemons) {
  daemon.respond(remote.connectDomainEventCallbackRegisterAny, (_, { client }) => {
    callbackIds.set(client, nextCallbackId)
    return { callbackID: nextCallbackId++ }
  })
  daemon.respond(remote.domainGetState, () => ({ state: 1, reason: 1 }))
  daemon.respond(remote.domainLookupByName, ({ name }) => ({
    dom: { name, uuid: '6a3d2f60-58e3-4c0f-9b36-0b6d3f1c2a11', id: 1 },
  }))
}
console.log(JSON.stringify(daemons.map(({ uri }) => uri)))
const dom = { name: 'guest1', uuid: '6a3d2f60-58e3-4c0f-9b36-0b6d3f1c2a11', id: 1 }
setInterval(() => {
  for (const daemon of daemons) {
    daemon.calls.length = 0
    for (const client of daemon.clients) {
      if (client.isClosed) continue
      client.ping()
      const callbackID = callbackIds.get(client)
      if (callbackID !== undefined)
        client.sendEvent(remote.domainEventLifecycle, { callbackID, dom, event: 4, detail: 0 })
    }
  }
}, 5000)
process.on('disconnect', () => process.exit(0))
