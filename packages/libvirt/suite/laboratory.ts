import { execFile } from 'node:child_process'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { onTestFinished } from 'vitest'
import { connect } from '../src/index.ts'
import type { Connection } from '../src/index.ts'

// What this suite needs of a laboratory's state.json; the laboratory itself is not imported: it is built on this package.
export interface LabHost {
  readonly name: string
  readonly unixUri: string
  readonly tcpUri: string
  /** How the other host's daemon reaches it. */
  readonly peerUri: string
  readonly holder: { readonly pid: number }
}

interface LabState {
  readonly phase: string
  readonly rom: string
  readonly accelerators: { readonly rom: 'kvm' | 'tcg' }
  readonly hosts: readonly LabHost[]
}

const findLab = (): LabState => {
  const directory = process.env['LANDFALL_LABS'] ?? '/var/lib/landfall/labs'
  // One for each file that runs at a time.
  const wanted = process.env['LANDFALL_SUITE_LABS']?.split(',')[Number(process.env['VITEST_POOL_ID']) - 1]
  const names = existsSync(directory) ? readdirSync(directory) : []
  for (const name of names.filter((candidate) => wanted === undefined || candidate === wanted)) {
    const path = join(directory, name, 'state.json')
    if (!existsSync(path)) continue
    // Written by the laboratory, whose shape is its own promise.
    const state = JSON.parse(readFileSync(path, 'utf8')) as LabState
    if (state.phase === 'up' && state.hosts.length >= 2) return state
  }
  throw new Error(`no laboratory of two hosts is up in ${directory}; raise one: npx landfall lab up`)
}

export const lab = findLab()

const hostAt = (index: number): LabHost => {
  const host = lab.hosts[index]
  if (host === undefined) throw new Error(`the laboratory has no host number ${index + 1}`)
  return host
}

export const source = hostAt(0)
export const destination = hostAt(1)

const run = promisify(execFile)

/** What virsh, run inside the host, prints. */
export const virsh = async (host: LabHost, args: readonly string[]): Promise<string> => {
  const inside = [
    '--target',
    String(host.holder.pid),
    '--mount',
    '--uts',
    '--ipc',
    '--net',
    '--pid',
    '--root',
    '--wd=/',
  ]
  const { stdout } = await run('nsenter', [...inside, '--', 'virsh', ...args], {
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
    maxBuffer: 2 ** 26,
  })
  return stdout
}

/** A connection that is closed when the test ends. */
export const connected = async (uri: string): Promise<Connection> => {
  const connection = await connect(uri)
  onTestFinished(() => connection.close())
  return connection
}

/** A guest without any disk of its own; it writes a few megabytes again and again. */
export const guestXml = (
  name: string,
  uuid: string,
  devices = '',
): string => `<domain type='${lab.accelerators.rom === 'kvm' ? 'kvm' : 'qemu'}'>
  <name>${name}</name>
  <uuid>${uuid}</uuid>
  <title>a guest of the client's suite</title>
  <metadata><t:test xmlns:t='urn:client-suite'>hello</t:test></metadata>
  <memory unit='MiB'>256</memory>
  <vcpu>1</vcpu>
  <os>
    <type arch='x86_64' machine='q35'>hvm</type>
    <loader readonly='yes' type='rom'>${lab.rom}</loader>
  </os>
  <sysinfo type='fwcfg'><entry name='opt/landfall/guest'>lf.set=8192 lf.rate=64 lf.fill=0</entry></sysinfo>
  <features><acpi/><apic/></features>
  <cpu mode='custom' match='exact' check='none'><model fallback='forbid'>kvm64</model></cpu>
  <on_reboot>destroy</on_reboot>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <controller type='usb' model='none'/>
    <serial type='null'/>
    <serial type='null'><target port='1'/></serial>
    <video><model type='none'/></video>
    <memballoon model='none'/>${devices}
  </devices>
</domain>`

/** Ends and forgets the guest on both hosts, whatever state it is in. */
export const removeGuest = async (name: string): Promise<void> => {
  for (const host of [source, destination]) {
    await virsh(host, ['destroy', name]).catch(() => '')
    await virsh(host, ['undefine', name]).catch(() => '')
  }
}

/** Waits until `condition` gives a value; fails after `deadlineMs`. */
export const until = async <T>(
  what: string,
  condition: () => Promise<T | undefined>,
  deadlineMs = 30_000,
): Promise<T> => {
  const end = performance.now() + deadlineMs
  for (;;) {
    const value = await condition()
    if (value !== undefined) return value
    if (performance.now() > end) throw new Error(`${what}: not within ${deadlineMs} ms`)
    await new Promise((resolve) => {
      setTimeout(resolve, 50)
    })
  }
}
