import { openLab } from '@landfall/lab'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'

const answersWithinMs = 3000

/**
 * Kills every QEMU of a host that a guest was just coming into, once its libvirtd is dead: nobody makes a guest run there any more then.
 * Each is asked on its own monitor whether its guest runs; one that cannot be asked is let live. Returns
 * those that it killed.
 */
export async function killIncoming(lab: string, host: string): Promise<readonly string[]> {
  const holder = openLab(lab).state.hosts.find(({ name }) => name === host)?.holder ?? null
  if (holder === null) throw new Error(`${host} does not run`)
  const network = networkOf(holder.pid)
  const killed: string[] = []
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const words = wordsOf(pid)
    const guest = words
      .find((word) => word.startsWith('guest='))
      ?.slice('guest='.length)
      .split(',')[0]
    if (guest === undefined || !words.includes('-incoming') || networkOf(pid) !== network) continue
    if ((await runs(pid, guest)) !== false) continue
    process.kill(Number(pid), 'SIGKILL')
    killed.push(guest)
  }
  return killed
}

function networkOf(pid: number | string): string | null {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`)
  } catch {
    return null
  }
}

function wordsOf(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
  } catch {
    return []
  }
}

/** Null where it does not say. */
async function runs(pid: string, guest: string): Promise<boolean | null> {
  const folder = `/proc/${pid}/root/var/lib/libvirt/qemu`
  // A long name is cut short in that of its folder.
  const own = readdirSync(folder).find((name) => name.startsWith('domain-') && name.endsWith(`-${guest}`))
  if (own === undefined) return null
  const socket = connect(`${folder}/${own}/monitor.sock`)
  const said = (async () => {
    socket.write('{"execute":"qmp_capabilities"}{"execute":"query-status"}')
    for await (const line of createInterface({ input: socket })) {
      const status = /"running": (true|false)/.exec(line)?.[1]
      if (status !== undefined) return status === 'true'
    }
    return null
  })()
  const answer = await Promise.race([said.catch(() => null), delay(answersWithinMs, null)])
  socket.destroy()
  return answer
}
