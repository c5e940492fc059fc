// Logs of one busy hypervisor: a day is made once, and repeated with other dates and other ids.

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { marker } from '../../packages/nova/src/logs/markers.ts'
import { busyDay } from '../../packages/nova/src/testing/busy-day.ts'

const MiB = 2 ** 20
/** A line of noise, with its share of what follows it. */
const bytesPerLine = 450

export interface MadeLogs {
  /** Of text, whether compressed or not. */
  readonly bytes: number
  readonly files: number
  readonly compressed: number
  readonly migrations: number
}

/** Every instance of the day has it as the last of its id: another in each repetition makes other instances. */
const idMark = '0b5e'

const dayAfter = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)

/**
 * nova-compute.log and its rotated ones, a day each, every fourth compressed.
 *
 * @param folder is made; the log goes below var/log/nova
 * @param noise what a day has besides its migrations, MiB; 0: nothing but lines of migrations
 */
export function makeLogs(folder: string, mebibytes: number, noise = 24): MadeLogs {
  const logs = join(folder, 'var/log/nova')
  mkdirSync(logs, { recursive: true })
  const day = busyDay(1, (noise * MiB) / bytesPerLine / 1440)
  const lines = noise > 0 ? day.lines : day.lines.filter((line) => line.search(marker()) !== -1)
  const marked = lines.join('\n').replaceAll(/(\[instance: [0-9a-f-]{32})[0-9a-f]{4}\]/g, `$1${idMark}]`)
  const text = `${marked}\n`
  const size = Buffer.byteLength(text)
  const days = Math.ceil((mebibytes * MiB) / size)
  let compressed = 0
  for (let n = 0; n < days; n++) {
    const age = days - 1 - n
    const content = Buffer.from(
      text.replaceAll(day.date, dayAfter(day.date, n)).replaceAll(`${idMark}]`, `${(0x1000 + n).toString(16)}]`),
    )
    const name = age === 0 ? 'nova-compute.log' : `nova-compute.log.${age}`
    if (age > 0 && age % 4 === 0) {
      compressed += 1
      writeFileSync(join(logs, `${name}.gz`), gzipSync(content, { level: 1 }))
    } else writeFileSync(join(logs, name), content)
  }
  return { bytes: days * size, files: days, compressed, migrations: days * day.migrations.length }
}
