import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { HostLog } from '@landfall/nova'
import { diagnose, HostLogReader } from '@landfall/nova'
import { expect, test } from 'vitest'
import { fixture } from './answers.ts'

/** What Nova says twice a second, and what other threads say, tells nothing of what became of the guest. */
const chatter =
  /\] (?:Downtime does not need|Current \d+ elapsed)| (?:oslo_|nova\.compute\.(?:resource_tracker|provider_tree))/

const logsOf = (recording: string): readonly (readonly string[])[] =>
  readdirSync(fixture(`recordings/${recording}`))
    .filter((name) => name.startsWith('nova-compute-'))
    .map((name) =>
      gunzipSync(readFileSync(join(fixture(`recordings/${recording}`), name)))
        .toString('utf8')
        .split('\n'),
    )
    .map((lines) => lines.filter((line) => !chatter.test(line)))

const readIn = (logs: readonly (readonly string[])[]): readonly HostLog[] =>
  logs.map((lines, index) => {
    const reader = new HostLogReader(`host${index + 1}`)
    reader.text(`${lines.join('\n')}\n`, 'nova-compute.log')
    return reader.end()
  })

const endsIn = (logs: readonly (readonly string[])[]): readonly string[] =>
  diagnose(readIn(logs)).map(({ outcome, guest }) => `${outcome} ${guest?.where ?? null}`)

/** Each line that tells something missing by itself; all from it on; and all before one of each host's. */
function* pieces(logs: readonly (readonly string[])[]): Generator<readonly (readonly string[])[]> {
  const told = readIn(logs).map(({ instances }) =>
    [...instances.values()].flatMap((events) =>
      events.flatMap(({ said, line }) => (said.what === 'running' ? [] : [line - 1])),
    ),
  )
  for (const [hit, places] of told.entries()) {
    for (const at of places) {
      yield logs.map((lines, index) => (index === hit ? lines.toSpliced(at, 1) : lines))
      yield logs.map((lines, index) => (index === hit ? lines.slice(0, at) : lines))
    }
  }
  for (const first of told[0] ?? [])
    for (const second of told[1] ?? []) yield [logs[0]?.slice(first) ?? [], logs[1]?.slice(second) ?? []]
}

test.each([
  ['nova31-13b-guest-powers-off', ['failed runs-nowhere', 'failed not-known']],
  // Where libvirt's own words are missing, Nova's say no more than that it ended.
  ['nova31-02-nonconv-abort', ['cancelled runs', 'unknown runs']],
  ['nova31-11-kill-compute-lands-orphan', ['failed runs', 'failed not-known']],
] as const)('%s: with lines missing, nothing else is said of how it ended and where the guest is', (name, allowed) => {
  const ever: readonly string[] = [...allowed, 'running null', 'unknown not-known']
  const said = [...pieces(logsOf(name))].flatMap(endsIn)
  expect(said).toContain(allowed[0])
  expect(said.filter((each) => !ever.includes(each))).toEqual([])
})
