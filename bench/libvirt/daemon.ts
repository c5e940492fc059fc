import { execFileSync, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { connect } from '@landfall/libvirt'
import type { Connection } from '@landfall/libvirt'

// A libvirtd for measurements, inside a host of a laboratory that is up: its own directories, only the network is shared.
const port = 16599

const script = (seconds: number): string => `
for d in /run /var/lib/libvirt /var/cache/libvirt; do mount -t tmpfs none $d; done
mkdir -p /run/libvirt /run/lock
cat > /run/bench.conf <<C
listen_tls = 0
listen_tcp = 1
tcp_port = "${port}"
auth_tcp = "none"
auth_unix_rw = "none"
max_clients = 5000
max_anonymous_clients = 200
C
exec timeout --foreground ${seconds} libvirtd --listen -f /run/bench.conf -p /run/bench.pid
`

export interface BenchDaemon extends AsyncDisposable {
  readonly uri: string
  readonly unixUri: string
  /** CPU seconds that it has used. */
  readonly cpuSeconds: () => number
}

const state = (directory: string): { address: string; pid: number } => {
  // Written by the laboratory, whose shape is its own promise.
  const read = JSON.parse(readFileSync(`${directory}/state.json`, 'utf8')) as {
    hosts: { address: string; holder: { pid: number } }[]
  }
  const [host] = read.hosts
  if (host === undefined) throw new Error('the laboratory has no host')
  return { address: host.address, pid: host.holder.pid }
}

/** @param labDirectory A laboratory that is up. @param seconds How long the daemon lives at most. */
export const startDaemon = async (labDirectory: string, seconds: number): Promise<BenchDaemon> => {
  const { address, pid } = state(labDirectory)
  const inside = ['--target', String(pid), '--mount', '--uts', '--ipc', '--net', '--pid', '--root', '--wd=/']
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }
  const child = spawn('nsenter', [...inside, '--', 'unshare', '-m', 'sh', '-c', script(seconds)], {
    env,
    stdio: 'ignore',
    detached: true,
  })
  const uri = `test+tcp://${address}:${port}/default`
  await (await untilOpen(uri)).close()
  const daemonPid = descendant(child)
  return {
    uri,
    unixUri: `test+unix:///default?socket=/proc/${daemonPid}/root/run/libvirt/libvirt-sock`,
    cpuSeconds: () => cpuSecondsOf(daemonPid),
    [Symbol.asyncDispose]: async () => {
      const { pid: group } = child
      if (group !== undefined && child.exitCode === null) process.kill(-group, 'SIGTERM')
      await new Promise((resolve) => {
        if (child.exitCode === null && child.signalCode === null) child.once('exit', resolve)
        else resolve(undefined)
      })
    },
  }
}

const untilOpen = async (uri: string): Promise<Connection> => {
  const end = performance.now() + 20_000
  for (;;) {
    try {
      return await connect(uri)
    } catch (error) {
      if (performance.now() > end) throw error
      await new Promise((resolve) => {
        setTimeout(resolve, 100)
      })
    }
  }
}

/** The libvirtd among a process's descendants. */
const descendant = (child: ChildProcess): number => {
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid=,comm='], { encoding: 'utf8' }).split('\n')
  const all = lines.map((line) => line.trim().split(/\s+/))
  let parents = [String(child.pid)]
  while (parents.length > 0) {
    const found = all.filter(([, parent]) => parent !== undefined && parents.includes(parent))
    const daemon = found.find(([, , name]) => name === 'libvirtd')
    if (daemon !== undefined) return Number(daemon[0])
    parents = found.map(([pid = '']) => pid)
  }
  throw new Error('no libvirtd was started')
}

const cpuSecondsOf = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / 100
}
