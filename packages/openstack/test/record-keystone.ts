// Asks a real Keystone and prints what was said: node test/record-keystone.ts http://keystone:5000 >test/golden/keystone-27.json
import { fetchTransport } from '../src/index.ts'
import { recording } from '../src/testing.ts'
import { askKeystone } from './keystone-conversation.ts'

const { transport, exchanges } = recording(fetchTransport())
await askKeystone(process.argv[2] ?? '', transport)
console.log(JSON.stringify(exchanges, null, 2))
