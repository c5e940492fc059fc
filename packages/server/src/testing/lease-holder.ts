// A driver in a process of its own, to be killed or stopped: node lease-holder.ts STORE ID. It begins a migration, tells an entry
// after the other, and says how many, until another has the migration.
import { setTimeout as delay } from 'node:timers/promises'
import { RunningStory } from '../run/running-story.ts'
import { ownIdentity } from '../store/driver-identity.ts'
import { openStore } from '../store/open-store.ts'
import { beginStory } from '../store/story/story.ts'
import { plainRecord } from './story.ts'

const [where = '', id = ''] = process.argv.slice(2)
const store = openStore(where)
const driver = ownIdentity()
const record = { ...plainRecord, id, guest: { name: id, uuid: `uuid of ${id}` } }
const lease = await store.begin(record, Date.now(), driver)
const story = new RunningStory(
  beginStory(record, Date.now(), driver),
  (entries, again) => store.append(lease, entries, { again }),
  (message) => console.log(message),
)
const steering = { goesOn: true }
story.whenLost(() => (steering.goesOn = false))
for (let told = 1; steering.goesOn; told++) {
  await story.tell({ at: Date.now(), kind: 'abort-asked', why: `${told}` })
  console.log(`told ${told}`)
  // As a driver does, it looks at its guest between two entries.
  await delay(1)
}
console.log('lost')
await store[Symbol.asyncDispose]()
