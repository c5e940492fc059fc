// Side by side on one laboratory: the demo's guest, moved by Landfall and by virsh, in alternating order.
//
//   npm run bench:demo                 3 rounds
//   npm run bench:demo -- --rounds 1
//   npm run bench:demo -- --only landfall

import { writeFileSync } from 'node:fs'
import { addGuest, down, thisMachine, up, virsh } from '@landfall/lab'
import { contenders } from './contender.ts'
import type { Run } from './measure.ts'
import { measure } from './measure.ts'
import { markdownTable } from './table.ts'
import { optionsOf } from './arguments.ts'

const labName = 'bench'
const guestName = 'web1'

const values = optionsOf(import.meta.filename, {
  rounds: { type: 'string', default: '3' },
  only: { type: 'string', multiple: true },
})
const chosen = contenders.filter(({ name }) => values.only === undefined || values.only.includes(name))
const rounds = Number(values.rounds)
if (chosen.length === 0 || !(rounds >= 1)) {
  console.error(`nothing to run; the contenders are: ${contenders.map(({ name }) => `"${name}"`).join(', ')}`)
  process.exit(2)
}

const runs: Run[] = []
await down(labName)
await using lab = await up({ name: labName, link: '800Mbit', progress: (line) => console.error(line) })
const guest = await addGuest(labName, {
  name: guestName,
  memory: '1GiB',
  writeSet: '600MiB',
  writeRate: 'max',
  rewrite: 'mixed',
})
let from = 'host1'
for (let round = 0; round < rounds; round++) {
  // Every other round backwards, so that no contender always follows the same one.
  for (const contender of round % 2 === 0 ? chosen : chosen.toReversed()) {
    const to = from === 'host1' ? 'host2' : 'host1'
    const run = await measure(labName, guestName, { from, to }, contender)
    if (run.finished) from = to
    else await virsh(labName, from, ['domjobinfo', guestName])
    runs.push(run)
    console.error(JSON.stringify(run))
  }
}
const result = {
  at: new Date().toISOString(),
  machine: thisMachine(lab.state, guest.guest),
  hosts: { release: lab.state.release, versions: (await virsh(labName, from, ['version'])).trim().split('\n') },
  guest: {
    kind: guest.guest,
    memory: '1GiB',
    writeSet: '600MiB',
    writeRate: 'max',
    rewrite: 'mixed',
    vcpus: 1,
    link: '800Mbit/s',
  },
  runs,
}
const file = new URL(`../results/demo-guest-${result.at.slice(0, 10)}.json`, import.meta.url)
writeFileSync(file, `${JSON.stringify(result, null, 1)}\n`)
console.log(markdownTable(runs))
