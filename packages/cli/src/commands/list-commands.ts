import { formatBytes, formatDuration } from '@landfall/core'
import type { ExitCode } from '@landfall/api'
import { exitCodes } from '@landfall/api'
import { silentWords } from '../output/words.ts'
import { table } from '../output/terminal/table.ts'
import type { CommandRun } from './run-command.ts'

/** A service that keeps up has heard every host within that. */
const toldAsOldMs = 20_000

/** `landfall hosts` */
export async function listHosts({ client, terminal, json }: CommandRun): Promise<ExitCode> {
  const hosts = await client.hosts()
  if (json) terminal.out(JSON.stringify(hosts))
  else {
    const rows = hosts.map((host) =>
      host.reachable
        ? [
            host.name,
            'up',
            formatVersion(host.libvirtVersion),
            formatVersion(host.qemuVersion),
            String(host.runningGuests),
            `${formatBytes(host.availableBytes)} of ${formatBytes(host.memoryBytes)}`,
            host.uri,
          ]
        : [host.name, terminal.style('red', 'unreachable'), '', '', '', '', host.uri],
    )
    const titles = ['host', 'state', 'libvirt', 'QEMU', 'guests', 'memory available', 'uri'].map((title) => ({ title }))
    for (const line of table(titles, rows)) terminal.out(line)
    for (const host of hosts) {
      if (!host.reachable) terminal.err(silentWords({ host: host.name, why: host.why }))
      else if (host.ageMs > toldAsOldMs) terminal.err(`${host.name}: heard ${formatDuration(host.ageMs)} ago`)
    }
  }
  return hosts.every(({ reachable }) => reachable) ? exitCodes.done : exitCodes.unreachable
}

/** `landfall instances` */
export async function listInstances({ client, terminal, json }: CommandRun): Promise<ExitCode> {
  const { instances, silent, heard } = await client.instances()
  if (json) terminal.out(JSON.stringify({ instances, silent }))
  else {
    const rows = instances.map(({ name, host, state, migrating, kept, memoryBytes, vcpus, uuid }) => [
      name,
      host,
      kept === null ? (migrating ? `${state}, migrating` : state) : `kept, moved to ${kept.to}`,
      formatBytes(memoryBytes),
      String(vcpus),
      uuid,
    ])
    const titles = ['instance', 'host', 'state', 'memory', 'vCPUs', 'uuid'].map((title) => ({ title }))
    for (const line of table(titles, rows)) terminal.out(line)
    for (const { name, host, kept } of instances) {
      if (kept === null) continue
      const { migration } = kept
      terminal.err(
        `${host} keeps the definition of ${name} from before ${migration}: "landfall confirm ${migration}" removes it, "landfall revert ${migration}" goes back`,
      )
    }
    if (instances.length === 0 && heard > 0) terminal.err('no instances')
    for (const each of silent) terminal.err(silentWords(each))
  }
  return silent.length === 0 ? exitCodes.done : exitCodes.unreachable
}

/** 11003000 is 11.3.0: as libvirt counts its own versions and QEMU's. */
const formatVersion = (version: number): string =>
  `${Math.floor(version / 1_000_000)}.${Math.floor(version / 1000) % 1000}.${version % 1000}`
