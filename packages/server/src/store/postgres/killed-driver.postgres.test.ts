import { Client } from 'pg'
import { afterAll, beforeAll } from 'vitest'
import { openStore } from '../open-store.ts'
import { killedDriverSuite } from '../../testing/killed-driver-suite.ts'
import { PostgresServer } from '../../testing/postgres-server.ts'

let server: PostgresServer
let admin: Client
beforeAll(async () => {
  server = await PostgresServer.start()
  admin = new Client({ connectionString: server.url() })
  await admin.connect()
})
afterAll(async () => {
  await admin.end()
  await server[Symbol.asyncDispose]()
})

killedDriverSuite(async () => {
  const [doomed, next] = [openStore(server.url()), openStore(server.url())]
  return {
    doomed,
    next,
    // Nobody waits here until its leases run out: they are given back. That they run out is tested where processes are killed.
    die: async () => doomed[Symbol.asyncDispose](),
    clear: async () => {
      await next[Symbol.asyncDispose]()
      await doomed[Symbol.asyncDispose]()
      await admin.query('truncate landfall.migrations cascade')
    },
  }
})
