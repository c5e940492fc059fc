// What it costs to look at a guest's pages: the time of a look by its size, and the speed of a busy guest with and without;
// and what the sample says of guests whose content is known.
//   node bench/stream/sampling.ts [--rounds 6] [--out FILE]

import { writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import {
  addGuest,
  down,
  monotonicNowMs,
  readProgress,
  removeGuest,
  up,
  waitForProgress,
  writeSpeed,
} from '@landfall/lab'
import type { GuestRequest } from '@landfall/lab'
import { connect, readDomainXml } from '@landfall/libvirt'
import { samplePages, systemClock } from '@landfall/server/parts'
import { optionsOf } from '../src/arguments.ts'

const values = optionsOf(import.meta.filename, { rounds: { type: 'string', default: '6' }, out: { type: 'string' } })
const rounds = Number(values.rounds)
const labName = 'sampling'
const windowMs = 2500
const MiB = 1024 ** 2

const guests: readonly GuestRequest[] = [
  { name: 'busy', memory: '256MiB', writeSet: '96MiB' },
  { name: 'text', memory: '256MiB', writeSet: '32MiB', writeRate: '4MiB', content: 'text' },
  { name: 'empty', memory: '256MiB', writeSet: '64MiB', writeRate: '4MiB', fill: false },
]

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const median = (of: readonly number[]): number => of.toSorted((a, b) => a - b)[Math.floor(of.length / 2)] ?? 0

const loadBefore = loadavg()
await down(labName)
await using lab = await up({ name: labName, link: 'none' })
await using host = await connect(lab.state.hosts[0]?.unixUri ?? '')
const told = []
for (const request of guests) {
  await addGuest(labName, { guest: 'linux', ...request })
  await waitForProgress(labName, request.name)
  const domain = await host.domainLookupByName(request.name)
  const description = readDomainXml(await domain.getXMLDesc())
  const looks = []
  for (const sizeBytes of [4096, 65_536, 524_288]) {
    const took: number[] = []
    for (let i = 0; i < 60; i++) {
      const from = performance.now()
      await domain.memoryPeek(MiB * (1 + Math.floor(Math.random() * 250)), sizeBytes)
      took.push(performance.now() - from)
    }
    looks.push({ sizeBytes, medianMs: median(took), longestMs: Math.max(...took) })
  }
  const speeds: { readonly alone: number; readonly sampled: number; readonly tookMs: number }[] = []
  let content = null
  for (let round = 0; round < rounds; round++) {
    const from = monotonicNowMs()
    await rest(windowMs)
    const between = monotonicNowMs()
    content = await samplePages(domain, description, systemClock)
    const tookMs = monotonicNowMs() - between
    const to = monotonicNowMs()
    const progress = await readProgress(labName, request.name)
    speeds.push({ alone: writeSpeed(progress, from, between), sampled: writeSpeed(progress, between, to), tookMs })
  }
  const row = {
    guest: request,
    looks,
    speeds,
    speedWhileSampled: median(speeds.map(({ alone, sampled }) => sampled / alone)),
    sampleTookMs: median(speeds.map(({ tookMs }) => tookMs)),
    content,
  }
  told.push(row)
  const { speeds: _, ...short } = row
  console.log(JSON.stringify(short))
  await removeGuest(labName, request.name)
}
const machine = { cpu: cpus()[0]?.model, cores: cpus().length, loadBefore, loadAfter: loadavg(), node: process.version }
if (values.out !== undefined) writeFileSync(values.out, `${JSON.stringify({ rounds, machine, guests: told })}\n`)
