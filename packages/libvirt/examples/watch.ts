// Watches a host's guests until it is interrupted: node examples/watch.ts qemu+tcp://host1/system
import { connect } from '@landfall/libvirt'

await using host = await connect(process.argv[2] ?? 'qemu:///system')
await using lifecycle = await host.domainEventRegisterAny('lifecycle', ({ domain, event, detail }) => {
  console.log(`${domain.name}: ${event} (${detail})`)
})
console.log(`watching, callback ${lifecycle.callbackId}`)
const interrupted = new Promise((resolve) => process.once('SIGINT', resolve))
const lost = new Promise((resolve) => host.onClose(resolve))
const error = await Promise.race([interrupted, lost])
if (error instanceof Error) console.error(error.message)
