import type { ExitCode, WantedIntent } from '@landfall/api'
import { exitCodes } from '@landfall/api'
import type { RepairName, Repairs, RepairStep } from '@landfall/server'
import { findHosts, Landfall, openNova, openStore, repairNames } from '@landfall/server'
import { follow } from './commands/follow/follow.ts'
import type { HostOptions } from './context.ts'
import { hostSources, storePlace } from './context.ts'
import { laboratoryMeter } from './laboratory.ts'
import { table } from './output/terminal/table.ts'
import type { Terminal } from './output/terminal/terminal.ts'

export interface RepairOptions extends Omit<HostOptions, 'server'> {
  readonly do?: RepairName
  readonly json?: boolean
}

export type { RepairName }

/** Shows what every side has of an instance of Nova's and what can be repaired; does one repair where that is named. */
export async function repairInstance(
  named: string,
  options: RepairOptions,
  wanted: WantedIntent,
  terminal: Terminal,
): Promise<ExitCode> {
  const { hosts, intent, origin, openStack } = await findHosts(hostSources(options))
  await using store = openStore(storePlace())
  const nova = openNova(openStack, process.env)
  const meter = await laboratoryMeter(hosts)
  await using landfall = new Landfall({ hosts, intent, store, meter, nova, environment: process.env })
  terminal.err(terminal.style('dim', `hosts: ${hosts.map(({ name }) => name).join(', ')} (from ${origin})`))
  const json = options.json === true
  const { do: repair } = options
  const seen = await landfall.repairs(named)
  const { uuid } = seen.guest
  if (!json) for (const line of repairsInWords(seen)) terminal.out(line)
  if (repair === undefined) {
    if (json) terminal.out(JSON.stringify(seen))
    const verdicts = Object.values(seen.verdicts)
    if (!json && verdicts.some(({ what }) => what === 'possible'))
      terminal.out(`Nothing was changed: "landfall repair ${uuid} --do NAME" does one of them.`)
    return verdicts.every(({ what }) => what === 'not-needed') ? exitCodes.done : exitCodes.needsAttention
  }
  if (repair !== 'send-back') {
    const steps = await landfall.repair(uuid, repair)
    if (json) terminal.out(JSON.stringify({ guest: seen.guest, repair, steps }))
    else for (const step of steps) terminal.out(`done: ${stepInWords(step)}`)
    return exitCodes.done
  }
  const handle = await landfall.sendBack({ guest: uuid, wanted })
  const run = { client: landfall, terminal, json, outlivesUs: false }
  return await follow(run, handle, { since: 'request', steering: true })
}

/** Pure: what was found, and each repair with its steps or with every reason against it. */
export function repairsInWords({ guest, facts, verdicts }: Repairs): readonly string[] {
  const { instance, record, hosts } = facts
  const isAt = instance?.hypervisorHostname ?? 'an unknown host'
  const state = `${instance?.vmState ?? 'unknown'}${typeof instance?.taskState === 'string' ? `, ${instance.taskState}` : ''}`
  const rows = hosts.map(({ name, view }) => [
    name,
    view.kind === 'present' ? `${view.state} (${view.reason})` : view.kind === 'absent' ? 'nothing' : view.why,
  ])
  return [
    `${guest.name} (${guest.uuid})`,
    instance === null ? 'Nova does not have it' : `Nova has it on ${isAt}, ${state}`,
    ...(record === null
      ? []
      : [`its newest migration ${record.id} (${record.type ?? 'of no type'}) is ${record.status}`]),
    ...table([{ title: 'host' }, { title: 'has' }], rows),
    ...repairNames.flatMap((name) => {
      const verdict = verdicts[name]
      switch (verdict.what) {
        case 'possible':
          return [`${name}: ${verdict.steps.map(stepInWords).join('; ')}`]
        case 'not-needed':
          return [`${name}: not needed, ${verdict.why}`]
        case 'refused':
          return [`${name}: refused`, ...verdict.why.map((why) => `  ${why}`)]
      }
    }),
  ]
}

function stepInWords(step: RepairStep): string {
  switch (step.act) {
    case 'migrate-back':
      return `moves it live from ${step.from} to ${step.to} by libvirt, which is where Nova has it`
    case 'undefine':
      return `removes the definition that ${step.host} has of it, where it is shut off`
    case 'write-allocations':
      return `writes into Placement, all at once: ${Object.entries(step.allocations)
        .map(([consumer, held]) => `${consumer} holds ${heldInWords(held)}`)
        .join(', ')}`
    case 'reset-state':
      return "has Nova's database say active; changes nothing on any host"
  }
}

function heldInWords(held: Readonly<Record<string, Readonly<Record<string, number>>>>): string {
  const parts = Object.entries(held).map(
    ([provider, resources]) =>
      `${Object.entries(resources)
        .map(([name, amount]) => `${name} ${amount}`)
        .join(', ')} of ${provider}`,
  )
  return parts.length === 0 ? 'nothing' : parts.join(' and ')
}
