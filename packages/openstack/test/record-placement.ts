// Asks a real Placement that is empty, and prints what was said: node test/record-placement.ts http://placement:8778 >FILE
import { fetchTransport } from '../src/index.ts'
import { recording } from '../src/testing.ts'
import { askPlacement } from './placement-conversation.ts'

const { transport, exchanges } = recording(fetchTransport())
await askPlacement(process.argv[2] ?? '', { transport })
console.log(JSON.stringify(exchanges, null, 2))
