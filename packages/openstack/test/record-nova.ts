// Asks a real nova-api and prints what was said: node test/record-nova.ts http://nova:8774/v2.1 >FILE
// It has `[api] max_limit = 2`, two services and three migrations of host1, and no flavours.
import { fetchTransport } from '../src/index.ts'
import { recording } from '../src/testing.ts'
import { askNova } from './nova-conversation.ts'

const { transport, exchanges } = recording(fetchTransport())
await askNova(process.argv[2] ?? '', { transport })
console.log(JSON.stringify(exchanges, null, 2))
