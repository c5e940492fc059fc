// Event streams of a service, in a process of their own: `node followers.ts URL STREAMS ID...`, the token in LANDFALL_TOKEN. Sent
// anything, it answers with the lags since it was asked last, in ms.

import { HttpClient } from '@landfall/api'
import { setTimeout as delay } from 'node:timers/promises'

const [url = '', streams = '1', ...ids] = process.argv.slice(2)
const token = process.env['LANDFALL_TOKEN'] ?? ''
let lags: number[] = []
let open = 0
let failed = 0

async function follow(id: string): Promise<void> {
  const client = new HttpClient({ url, token })
  for (;;) {
    let isFirst = true
    try {
      for await (const { update } of client.updates(id)) {
        if (isFirst) open++
        // What was told before it followed is late by nature.
        if (!isFirst && update.kind === 'sample') lags.push(Date.now() - update.at)
        isFirst = false
      }
    } catch {
      failed++
    }
    if (!isFirst) open--
    await delay(500)
  }
}

for (let stream = 0; stream < Number(streams); stream++) {
  const id = ids[stream % ids.length]
  if (id !== undefined) void follow(id)
}
process.on('message', () => {
  process.send?.({ open, failed, lags })
  lags = []
})
process.on('disconnect', () => process.exit(0))
