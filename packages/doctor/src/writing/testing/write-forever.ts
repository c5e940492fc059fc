// Sets one option in the override file of every folder, again and again with another value, until it is killed:
//   node write-forever.ts FOLDER ROUND
// Begins once a line comes in, and says when one file is done.
import { readdirSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setOption } from '@landfall/nova'
import { readForReplacing, replaceFile } from '../replace-file.ts'

const [folder = '', round = ''] = process.argv.slice(2)
process.stdin.once('data', () => {
  const hosts = readdirSync(folder)
  // A different one first each time.
  const first = Number(round) % hosts.length
  for (let number = 0; ; number += 1) {
    const host = hosts[(first + number) % hosts.length] ?? ''
    const before = readForReplacing(join(folder, host, 'nova_override.conf'))
    const value = String(100 + Number(round) * 1000 + Math.floor(number / hosts.length))
    const setting = { group: 'libvirt', name: 'live_migration_downtime', value }
    const { text } = setOption(before.bytes?.toString('utf8') ?? '', setting)
    replaceFile(before, Buffer.from(text), new Date())
    if (number === 0) writeSync(process.stdout.fd, 'begun\n')
  }
})
process.stdout.write('ready\n')
