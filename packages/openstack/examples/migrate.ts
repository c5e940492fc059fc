// Migrates a server while it runs, and follows it to its end: node examples/migrate.ts SERVER [HOST]
import { setTimeout as delay } from 'node:timers/promises'
import { connect, hasEnded } from '@landfall/openstack'

const [name = '', host] = process.argv.slice(2)
const { compute, session } = await connect()
const [server, ...others] = await compute.servers.find(name)
if (server === undefined || others.length > 0) throw new Error(`there are ${others.length} servers called ${name}`)
const before = await compute.migrations.newest(server.id)
// Nova goes on using this token for as long as the migration takes.
await session.renew()
const { requestId } = await compute.actions.liveMigrate(server.id, { host })
console.log(`accepted: ${requestId}`)
let status = ''
for (;;) {
  const migration = await compute.migrations.newest(server.id)
  if (migration !== null && migration.id !== before?.id) {
    if (migration.status !== status)
      console.log(`${migration.sourceHost} -> ${migration.destinationHost}: ${migration.status}`)
    status = migration.status
    if (hasEnded(migration)) break
  }
  await delay(1000)
}
const { host: now } = await compute.servers.get(server.id)
console.log(`${server.name} is on ${now}`)
