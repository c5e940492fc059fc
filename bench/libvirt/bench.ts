// Round trips, CPU and memory of this client beside libvirt-python and virsh. Needs a laboratory that is up, and python3-libvirt and
// virsh's package on this machine where they are to be compared:
//   node bench/libvirt/bench.ts --lab DIRECTORY [--seconds 3] [--out FILE]

import { execFile, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { connect } from '@landfall/libvirt'
import type { Connection, Domain } from '@landfall/libvirt'
import { startDaemon } from './daemon.ts'
import type { BenchDaemon } from './daemon.ts'
import { optionsOf } from '../src/arguments.ts'

const options = optionsOf(import.meta.filename, {
  lab: { type: 'string' },
  seconds: { type: 'string', default: '3' },
  out: { type: 'string' },
  idle: { type: 'string', default: '15' },
})
const seconds = Number(options.seconds)
const run = promisify(execFile)

interface Row {
  readonly who: string
  readonly daemon: 'fake' | 'libvirtd'
  readonly transport: 'tcp' | 'unix'
  readonly call: string
  readonly connections: number
  /** Calls wanted at once on each connection; this client sends four and lets the rest wait. */
  readonly outstanding: number
  readonly callsPerSecond: number
  readonly cpuMicrosecondsPerCall: number | undefined
  readonly daemonCpuMicrosecondsPerCall?: number
  readonly rssMiB?: number
}

const rows: Row[] = []

const note = (row: Row): void => {
  rows.push(row)
  console.log(
    [
      row.daemon.padEnd(8),
      row.transport.padEnd(4),
      row.who.padEnd(24),
      row.call.padEnd(6),
      `${row.connections} conn`.padStart(9),
      `${row.outstanding} at once`.padStart(11),
      `${Math.round(row.callsPerSecond)} calls/s`.padStart(16),
      `${row.cpuMicrosecondsPerCall?.toFixed(0) ?? '?'} µs CPU`.padStart(12),
      row.daemonCpuMicrosecondsPerCall === undefined
        ? ''
        : `daemon ${row.daemonCpuMicrosecondsPerCall.toFixed(0)} µs`.padStart(16),
      row.rssMiB === undefined ? '' : `${row.rssMiB.toFixed(0)} MiB`.padStart(9),
    ].join(' '),
  )
}

const calls: Readonly<Record<string, (connection: Connection, domain: Domain) => Promise<unknown>>> = {
  state: (_, domain) => domain.getState(),
  xml: (_, domain) => domain.getXMLDesc(),
  list: (connection) => connection.listAllDomains(),
}

const transportOf = (uri: string): Row['transport'] => (uri.includes('+unix:') ? 'unix' : 'tcp')

const measureOurs = async (
  uri: string,
  daemon: Row['daemon'],
  call: string,
  connectionCount: number,
  outstanding: number,
  daemonCpu?: () => number,
): Promise<void> => {
  const connections = await Promise.all(Array.from({ length: connectionCount }, () => connect(uri)))
  const domains = await Promise.all(connections.map((connection) => connection.domainLookupByName('test')))
  const ask = calls[call]
  if (ask === undefined) throw new Error(`no call '${call}'`)
  let count = 0
  const loop = async (connection: Connection, domain: Domain, until: number): Promise<void> => {
    while (performance.now() < until) {
      await ask(connection, domain)
      count += 1
    }
  }
  const round = async (ms: number): Promise<void> => {
    const until = performance.now() + ms
    await Promise.all(
      connections.flatMap((connection, index) =>
        Array.from({ length: outstanding }, () => loop(connection, domains[index] as Domain, until)),
      ),
    )
  }
  await round(500)
  count = 0
  const cpuBefore = process.cpuUsage()
  const daemonBefore = daemonCpu?.()
  const start = performance.now()
  await round(seconds * 1000)
  const elapsedSeconds = (performance.now() - start) / 1000
  const { user, system } = process.cpuUsage(cpuBefore)
  const daemonSeconds = daemonCpu === undefined || daemonBefore === undefined ? undefined : daemonCpu() - daemonBefore
  note({
    who: 'this client',
    daemon,
    transport: transportOf(uri),
    call,
    connections: connectionCount,
    outstanding,
    callsPerSecond: count / elapsedSeconds,
    cpuMicrosecondsPerCall: (user + system) / count,
    ...(daemonSeconds === undefined ? {} : { daemonCpuMicrosecondsPerCall: (daemonSeconds * 1e6) / count }),
    rssMiB: process.memoryUsage.rss() / 2 ** 20,
  })
  await Promise.all(connections.map((connection) => connection.close()))
}

const measurePython = async (daemon: BenchDaemon, uri: string, call: string, threads: number): Promise<void> => {
  const script = new URL('python-client.py', import.meta.url).pathname
  const before = daemon.cpuSeconds()
  const { stdout } = await run('/usr/bin/python3', [script, uri, call, String(seconds), String(threads)])
  const daemonSeconds = daemon.cpuSeconds() - before
  const got = JSON.parse(stdout) as { calls: number; seconds: number; cpuSeconds: number; rssMiB: number }
  note({
    who: `libvirt-python, ${threads} thread${threads === 1 ? '' : 's'}`,
    daemon: 'libvirtd',
    transport: transportOf(uri),
    call,
    connections: 1,
    outstanding: threads,
    callsPerSecond: got.calls / got.seconds,
    cpuMicrosecondsPerCall: (got.cpuSeconds * 1e6) / got.calls,
    daemonCpuMicrosecondsPerCall: (daemonSeconds * 1e6) / got.calls,
    rssMiB: got.rssMiB,
  })
}

/** One virsh that is fed its commands, as a shell session that never ends. Each `domstate` is two calls. */
const measureVirsh = async (daemon: BenchDaemon, command: readonly string[]): Promise<void> => {
  const [program = '', ...args] = command
  const count = 3000
  // The shell's `times` tells what its children used: user and system time, on its second line.
  const shell = ['-c', '"$@" >/dev/null; times', 'bash', program, ...args, '-q', '-c', daemon.uri]
  const child = spawn('bash', shell, { stdio: ['pipe', 'pipe', 'ignore'] })
  const before = daemon.cpuSeconds()
  const start = performance.now()
  child.stdin.end(`${'domstate test\n'.repeat(count)}quit\n`)
  const printed = await text(child.stdout)
  const elapsedSeconds = (performance.now() - start) / 1000
  const cpuSeconds = [...(printed.trim().split('\n').at(-1) ?? '').matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, rest]) => sum + Number(minutes) * 60 + Number(rest),
    0,
  )
  note({
    who: 'virsh, one session',
    daemon: 'libvirtd',
    transport: 'tcp',
    call: 'state',
    connections: 1,
    outstanding: 1,
    callsPerSecond: (2 * count) / elapsedSeconds,
    cpuMicrosecondsPerCall: (cpuSeconds * 1e6) / (2 * count),
    daemonCpuMicrosecondsPerCall: ((daemon.cpuSeconds() - before) * 1e6) / (2 * count),
  })
}

const fakeHosts = async (count: number): Promise<{ uris: string[]; stop: () => void }> => {
  const child = fork(new URL('fake-hosts.ts', import.meta.url), [String(count)], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const [line] = (await once(child.stdout ?? child, 'data')) as [Buffer]
  return { uris: JSON.parse(line.toString()) as string[], stop: () => child.kill() }
}

/** 1,000 connections, each with a subscription and pings both ways; nobody asks anything. */
const measureIdle = async (): Promise<Record<string, number>> => {
  const { uris, stop } = await fakeHosts(50)
  const connections: Connection[] = []
  let events = 0
  for (let index = 0; index < 1000; index += 50) {
    const batch = await Promise.all(uris.map((uri) => connect(uri)))
    connections.push(...batch)
    await Promise.all(batch.map((connection) => connection.domainEventRegisterAny('lifecycle', () => (events += 1))))
  }
  await new Promise((resolve) => {
    setTimeout(resolve, 5000)
  })
  const before = process.cpuUsage()
  const start = performance.now()
  await new Promise((resolve) => {
    setTimeout(resolve, Number(options.idle) * 1000)
  })
  const elapsed = performance.now() - start
  const { user, system } = process.cpuUsage(before)
  const idle = {
    connections: connections.filter((connection) => !connection.isClosed).length,
    events,
    rssMiB: process.memoryUsage.rss() / 2 ** 20,
    cpuPercentOfOneCore: (user + system) / 10 / elapsed,
  }
  await Promise.all(connections.map((connection) => connection.close()))
  stop()
  return idle
}

const startedAt = new Date().toISOString()
const load = loadavg()
console.log(`load ${load.map((one) => one.toFixed(1)).join(' ')}`)
const idle = await measureIdle()
console.log(idle)
{
  const { uris, stop } = await fakeHosts(1)
  const [uri = ''] = uris
  for (const [connections, outstanding] of [
    [1, 1],
    [1, 4],
    [100, 4],
  ] as const) {
    await measureOurs(uri, 'fake', 'state', connections, outstanding)
  }
  stop()
}
if (options.lab !== undefined) {
  await using daemon = await startDaemon(options.lab, 120)
  await using keeper = await connect(daemon.uri)
  const xml = await (await keeper.domainLookupByName('test')).getXMLDesc()
  for (let index = 1; index < 200; index++) {
    const uuid = `6695eb01-f6a4-8304-79aa-97f25020${String(index).padStart(4, '0')}`
    await keeper.domainDefineXML(
      xml.replace('<name>test<', `<name>test${index}<`).replace(/<uuid>.*<\/uuid>/, `<uuid>${uuid}</uuid>`),
    )
  }
  console.log(`${(await keeper.listAllDomains()).length} domains`)
  for (const [uri, call] of [
    [daemon.uri, 'state'],
    [daemon.unixUri, 'state'],
    [daemon.unixUri, 'xml'],
    [daemon.unixUri, 'list'],
  ] as const) {
    await measureOurs(uri, 'libvirtd', call, 1, 1, daemon.cpuSeconds)
    await measureOurs(uri, 'libvirtd', call, 1, 16, daemon.cpuSeconds)
    await measurePython(daemon, uri, call, 1)
    await measurePython(daemon, uri, call, 4)
  }
  await measureOurs(daemon.uri, 'libvirtd', 'state', 100, 4, daemon.cpuSeconds)
  await measureOurs(daemon.unixUri, 'libvirtd', 'state', 100, 4, daemon.cpuSeconds)
  const lab = JSON.parse((await run('cat', [`${options.lab}/state.json`])).stdout) as {
    hosts: { holder: { pid: number } }[]
  }
  const pid = String(lab.hosts[0]?.holder.pid)
  const inside = ['--target', pid, '--mount', '--uts', '--ipc', '--net', '--pid', '--root', '--wd=/']
  await measureVirsh(daemon, ['nsenter', ...inside, '--', '/usr/bin/virsh'])
}
const result = {
  startedAt,
  loadBefore: load,
  cpu: cpus()[0]?.model,
  cores: cpus().length,
  node: process.version,
  seconds,
  idle,
  rows,
}
if (options.out !== undefined) writeFileSync(options.out, `${JSON.stringify(result, null, 2)}\n`)
