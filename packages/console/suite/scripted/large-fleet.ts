import { ScriptedClient } from './client.ts'
import { guest, host } from './fleet.ts'
import { underWay } from './migrations.ts'

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

/** Names that are found by nobody else's part: g00042. */
const numbered = (letter: string, index: number): string => letter + String(index).padStart(5, '0')

/** 1,000 hosts with 10,000 guests, of which 500 are on their way. */
export function largeFleet(): ScriptedClient {
  const client = new ScriptedClient()
  client.fleet = numbers(1000).map((index) => host(numbered('h', index)))
  client.guests = numbers(10_000).map((index) =>
    guest(numbered('g', index), { host: numbered('h', index % 1000), migrating: index < 500 }),
  )
  client.under = numbers(500).map((index) => underWay(`m${index}`, { guest: numbered('g', index) }))
  return client
}
