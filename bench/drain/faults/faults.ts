import { inHost, startLibvirtd, stopLibvirtd, virsh } from '@landfall/lab'
import { cutLink, restoreLink } from '@landfall/lab/faults/link-cut'
import type { Drain } from '@landfall/api'
import { setTimeout as delay } from 'node:timers/promises'
import type { Server } from '../../kills/servers.ts'
import { source } from './guests.ts'

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

/**
 * With its daemon dead, nobody makes a guest run there any more; each QEMU is asked on its own monitor whether it does. One that cannot
 * be asked is let live.
 */
const killIncoming = `
import glob, json, os, signal, socket
for line in glob.glob('/proc/[0-9]*/cmdline'):
    try: words = open(line, 'rb').read().split(b'\\0')
    except OSError: continue
    if b'-incoming' not in words: continue
    name = next(w for w in words if w.startswith(b'guest=')).split(b',')[0][6:].decode()
    pid = int(line.split('/')[2])
    if os.readlink(f'/proc/{pid}/ns/net') != os.readlink('/proc/self/ns/net'): continue
    for path in glob.glob(f'/var/lib/libvirt/qemu/domain-*-{name}/monitor.sock'):
        try:
            s = socket.socket(socket.AF_UNIX); s.settimeout(3); s.connect(path)
            f = s.makefile('rw'); f.readline()
            f.write('{"execute":"qmp_capabilities"}'); f.flush(); f.readline()
            f.write('{"execute":"query-status"}'); f.flush()
            while True:
                said = json.loads(f.readline())
                if 'return' in said: break
        except OSError: continue
        if not said['return']['running']: os.kill(pid, signal.SIGKILL)
`

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
    await inHost(lab, host, ['python3', '-c', killIncoming])
    const awayMs = 10_000 + Math.round(random() * 20_000)
    await delay(awayMs)
    await startLibvirtd(lab, host)
    return { what: `${host}, back after ${awayMs} ms`, stopped: null }
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
