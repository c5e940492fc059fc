// Moves a running guest: node examples/migrate.ts qemu+tcp://host1/system guest1 qemu+tcp://host2/system
import { connect, MigrateFlag } from '@landfall/libvirt'

const [from = '', name = '', to = ''] = process.argv.slice(2)
// One connection for the long call, one to look at it meanwhile.
await using moving = await connect(from)
await using watching = await connect(from)
const domain = await watching.domainLookupByName(name)
const seen = await watching.domainEventRegisterAny('migration-iteration', (event) => {
  console.log(`pass ${event.iteration}`)
})
await domain.migrateSetMaxDowntime(500)
const flags = MigrateFlag.LIVE | MigrateFlag.PEER2PEER | MigrateFlag.PERSIST_DEST | MigrateFlag.UNDEFINE_SOURCE
await (await moving.domainLookupByName(name)).migrateToURI3(to, { bandwidthMiBps: 100 }, flags)
await seen.deregister()
console.log(`${name} runs on ${to}`)
