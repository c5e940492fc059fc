import { startLibvirtd, stopLibvirtd, virsh } from '@landfall/lab'
import { cutLink, restoreLink } from '@landfall/lab/faults/link-cut'
import type { Drain } from '@landfall/api'
import { setTimeout as delay } from 'node:timers/promises'
import type { Server } from '../../kills/servers.ts'
import { source } from './guests.ts'
import { killIncoming } from './incoming.ts'

export interface World {
  readonly lab: string
  readonly server: Server
  /** As it was told last. */
  readonly drain: Drain
  readonly random: () => number
}

export interface Struck {
  readonly what: string
  /** A guest that the fault itself has stopped. */
  readonly stopped: string | null
}

const pick = <Each>(all: readonly Each[], random: () => number): Each => {
  const one = all[Math.floor(random() * all.length)]
  if (one === undefined) throw new Error('there is none to choose from')
  return one
}

const destinationOf = ({ drain, random }: World): string => {
  const under = drain.state.guests.filter(({ stage }) => stage.kind === 'moving')
  return pick(under.length > 0 ? under : drain.state.guests, random).to
}

/** What happens once in the middle of a drain. Each returns when it is over, or goes on by itself. */
export const faults: Readonly<Record<string, (world: World) => Promise<Struck>>> = {
  'server killed': async ({ server, random }) => {
    await server.kill()
    const awayMs = Math.round(random() * 8000)
    await delay(awayMs)
    await server.start()
    return { what: `SIGKILL, started again after ${awayMs} ms`, stopped: null }
  },
  /** Its daemon and every QEMU that a guest was just coming into: whoever kills one that has begun to run there kills the guest. */
  'destination killed': async (world) => {
    const { lab, random } = world
    const host = destinationOf(world)
    await stopLibvirtd(lab, host, 'KILL')
    const killed = await killIncoming(lab, host)
    const awayMs = 10_000 + Math.round(random() * 20_000)
    await delay(awayMs)
    await startLibvirtd(lab, host)
    return {
      what: `${host} with ${killed.length === 0 ? 'no guest' : killed.join(', ')} on the way, back after ${awayMs} ms`,
      stopped: null,
    }
  },
  'libvirtd restarted': async (world) => {
    const host = world.random() < 0.5 ? source : destinationOf(world)
    await stopLibvirtd(world.lab, host, world.random() < 0.5 ? 'KILL' : 'TERM')
    await startLibvirtd(world.lab, host)
    return { what: host, stopped: null }
  },
  'guest shut down': async ({ lab, drain, random }) => {
    const { guest } = pick(drain.state.guests, random)
    for (const host of new Set(drain.state.guests.flatMap(({ from, to }) => [from, to]))) {
      const done = await virsh(lab, host, ['shutdown', guest]).then(
        () => true,
        () => false,
      )
      if (done) return { what: `${guest} on ${host}`, stopped: guest }
    }
    return { what: `${guest}, which took no order just then`, stopped: guest }
  },
  'link cut': async (world) => {
    const host = world.random() < 0.5 ? source : destinationOf(world)
    await cutLink(world.lab, host)
    await delay(30_000)
    await restoreLink(world.lab, host)
    return { what: `${host}, for 30 s`, stopped: null }
  },
}
