import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PostgresServer } from '../../testing/postgres-server.ts'
import { dead, storeSuite } from '../../testing/stores/store-suite.ts'
import { openStore } from '../open-store.ts'
import type { Store } from '../store.ts'

let server: PostgresServer
let url: string
let admin: Client
beforeAll(async () => {
  server = await PostgresServer.start()
  url = await server.database('landfall')
  admin = new Client({ connectionString: url })
  await admin.connect()
})
afterAll(async () => {
  await admin.end()
  await server[Symbol.asyncDispose]()
})

/** A store of which that driver is no user any more once it has begun something. */
function open(): Store {
  const store = openStore(url)
  return {
    ...store,
    begin: async (record, beganAt, driver, options) => {
      await using own = openStore(url)
      return await (driver.pid === dead.pid ? own : store).begin(record, beganAt, driver, options)
    },
    requests: {
      ...store.requests,
      keep: async (request, answer) => {
        await using own = openStore(url)
        return await (request.holder.pid === dead.pid ? own : store).requests.keep(request, answer)
      },
    },
  }
}

storeSuite(async () => ({
  open,
  clear: async () => {
    await admin.query(
      `truncate landfall.migrations, landfall.tokens, landfall.requests, landfall.request_keys, landfall.audit, landfall.wishes,
        landfall.followed, landfall.updates, landfall.drains cascade`,
    )
  },
}))

test('a database of a newer release is left alone', async () => {
  const newer = await server.database('newer')
  await using client = {
    query: new Client({ connectionString: newer }),
    [Symbol.asyncDispose]: () => client.query.end(),
  }
  await client.query.connect()
  {
    await using store = openStore(newer)
    await store.ended({ limit: 9 })
  }
  await client.query.query('insert into landfall.schema_changes (number) values (99)')
  await using store = openStore(newer)
  await expect(store.ended({ limit: 9 })).rejects.toMatchObject({
    code: 'store-unusable',
    message: expect.stringMatching(/^(?!.*not-asked-for).*newer release/),
  })
})
