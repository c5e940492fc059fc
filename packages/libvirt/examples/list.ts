// Lists a host's guests: node examples/list.ts qemu+tcp://host1/system
import { connect } from '@landfall/libvirt'

await using host = await connect(process.argv[2] ?? 'qemu:///system')
console.log(`${await host.getHostname()}:`)
for (const domain of await host.listAllDomains()) {
  const { state, reason } = await domain.getState()
  console.log(`  ${domain.name}  ${state} (${reason})`)
}
