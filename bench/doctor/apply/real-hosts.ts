// Hosts of a laboratory as `landfall nova-config apply` finds them: an sshd of their own, libvirt's real virsh, and in place of systemd and
// nova-compute a systemctl whose service is a process that reads its configuration at its start. Before it restarts anything it
// looks at what libvirt was last heard to say: a restart while a migration touches the host is written down.

import { execFileSync, spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { HostState, Lab } from '@landfall/lab'

/** Root of the files that the change is about, in each host. */
const folder = '/mnt/host'
const port = 2222

const systemctl = `#!/bin/sh
run=${folder}/run
pid=0; [ -e "$run/pid" ] && read -r pid < "$run/pid"
alive() { [ "$pid" -gt 0 ] && [ -e "/proc/$pid/stat" ] && read -r _ _ state _ < "/proc/$pid/stat" && [ "$state" != Z ]; }
case "$1" in
  cat) [ "$2" = nova-compute.service ];;
  is-active) if alive; then echo active; else echo inactive; exit 3; fi;;
  show) if alive; then echo "MainPID=$pid"; else echo MainPID=0; fi;;
  restart)
    told=$(cat ${folder}/told 2>/dev/null); rm -f ${folder}/told
    [ "$told" = None ] || echo "restarted after: \${told:-libvirt was not asked}" >> ${folder}/violations
    if alive; then kill "$pid"; fi
    cat ${folder}/etc/nova/nova.conf ${folder}/etc/nova/nova.conf.d/*.conf > "$run/loaded"
    setsid sleep 600 >/dev/null 2>&1 </dev/null & echo $! > "$run/pid"
    echo restart >> "$run/restarts"
    exit 0;;
esac
`

/** libvirt's own answer; a guest more where the bench plays a migration. */
const virsh = `#!/bin/sh
[ "$1" = -c ] && shift 2
case "$1 $2 $3" in
  list*)
    guests=$(/usr/bin/virsh -c qemu:///system "$@") || exit 1
    echo None > ${folder}/told
    printf '%s\\n' "$guests"
    [ -e ${folder}/migrating ] && echo played
    exit 0;;
  *domjobinfo*played*) echo 'Job type:         Unbounded' | tee ${folder}/told; exit 0;;
  *played*) echo 'running (booted)'; exit 0;;
esac
answer=$(/usr/bin/virsh -c qemu:///system "$@"); code=$?
case "$1 $answer" in domjobinfo*ounded*|domstate*"(migrating)"*|domstate*"(post-copy"*|domstate*incoming*) echo "$answer" > ${folder}/told;; esac
printf '%s\\n' "$answer"
exit $code
`

const sshd = `set -e
mount -t tmpfs none /mnt
mkdir -p /run/sshd /mnt/bin ${folder}/run ${folder}/etc/nova/nova.conf.d
printf '%s' "$2" > /mnt/bin/systemctl
printf '%s' "$3" > /mnt/bin/virsh
chmod 755 /mnt/bin/*
printf '[libvirt]\\nvirt_type = kvm\\n' > ${folder}/etc/nova/nova.conf
printf '[libvirt]\\n' > ${folder}/etc/nova/nova.conf.d/50-site.conf
printf 'None\\n' > ${folder}/told
/mnt/bin/systemctl restart nova-compute
echo "$1" > /mnt/authorized
ssh-keygen -q -t ed25519 -N '' -f /mnt/key
exec /usr/sbin/sshd -D -f /dev/null -p ${port} -h /mnt/key -o AuthorizedKeysFile=/mnt/authorized -o StrictModes=no -o UsePAM=no \\
  -o PidFile=none -o MaxSessions=50 -o SetEnv=PATH=/mnt/bin:/usr/sbin:/usr/bin:/sbin:/bin
`

/** What runs in a host: the shell of one of our scripts, or its service. */
export interface Running {
  readonly pid: number
  readonly what: 'script' | 'service'
}

export class RealHost {
  readonly name: string
  readonly #daemon: ChildProcess
  readonly #state: HostState
  #mounts = ''
  /** The sshd, as this machine counts its processes. */
  #inside = 0

  constructor(state: HostState, publicKey: string) {
    this.name = state.name
    this.#state = state
    const namespaces = ['--mount', '--uts', '--ipc', '--net', '--pid', '--root', '--wd']
    this.#daemon = spawn(
      'nsenter',
      [
        `--target=${state.holder?.pid ?? 0}`,
        ...namespaces,
        '--',
        'unshare',
        '-m',
        'sh',
        '-c',
        sshd,
        'sh',
        publicKey,
        systemctl,
        virsh,
      ],
      { env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }, stdio: ['ignore', 'ignore', 'inherit'], detached: true },
    )
  }

  async ready(): Promise<void> {
    const until = Date.now() + 60_000
    for (;;) {
      const [child] = readFileSync(
        `/proc/${this.#daemon.pid ?? 0}/task/${this.#daemon.pid ?? 0}/children`,
        'utf8',
      ).split(' ')
      const pid = Number(child)
      if (pid > 0 && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('sshd')) {
        this.#inside = pid
        this.#mounts = readlinkSync(`/proc/${pid}/ns/mnt`)
        return
      }
      if (Date.now() > until) throw new Error(`no sshd came up in ${this.name}`)
      await sleep(50)
    }
  }

  /** `NAME=ssh://root@ADDRESS:PORT/FOLDER` */
  get named(): string {
    return `${this.name}=ssh://root@${this.#state.address}:${port}${folder}`
  }

  get destination(): string {
    return `root@${this.#state.address}`
  }

  read(path: string): string | null {
    const full = this.#path(path)
    return existsSync(full) ? readFileSync(full, 'utf8') : null
  }

  list(path: string): string[] {
    return readdirSync(this.#path(path))
  }

  put(path: string, text: string): void {
    writeFileSync(this.#path(path), text)
  }

  remove(path: string): void {
    rmSync(this.#path(path), { force: true })
  }

  get restarts(): number {
    return this.read('run/restarts')?.split('\n').length ?? 0
  }

  running(): Running[] {
    return readdirSync('/proc').flatMap((name): Running[] => {
      if (!/^\d+$/.test(name)) return []
      try {
        if (readlinkSync(`/proc/${name}/ns/mnt`) !== this.#mounts) return []
        const words = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0')
        if (words[0] === 'sh' && words[1] === '-s') return [{ pid: Number(name), what: 'script' }]
        return words[0] === 'sleep' && words[1] === '600' ? [{ pid: Number(name), what: 'service' }] : []
      } catch {
        // It has ended meanwhile.
        return []
      }
    })
  }

  stop(): void {
    if (this.#daemon.pid !== undefined && this.#daemon.exitCode === null) process.kill(-this.#daemon.pid, 'SIGKILL')
  }

  #path(path: string): string {
    return join(`/proc/${this.#inside}/root${folder}`, path)
  }
}

/** An ssh with a key, a configuration and connections of its own; sessions go through one connection for each host. */
export class Ssh {
  readonly program: string
  readonly #masters: ChildProcess[] = []
  readonly #config: string

  constructor(root: string, shared: boolean) {
    this.#config = join(root, shared ? 'shared' : 'alone')
    const lines = [
      `Port ${port}`,
      `IdentityFile ${join(root, 'key')}`,
      'IdentitiesOnly yes',
      'StrictHostKeyChecking no',
      `UserKnownHostsFile ${join(root, 'known')}`,
      'LogLevel ERROR',
      'ConnectionAttempts 30',
      ...(shared ? [`ControlPath ${join(root, 'c-%h')}`] : []),
    ]
    writeFileSync(this.#config, `${lines.join('\n')}\n`)
    this.program = join(root, shared ? 'ssh-shared' : 'ssh-alone')
    writeFileSync(this.program, `#!/bin/sh\nexec /usr/bin/ssh -F ${this.#config} "$@"\n`)
    chmodSync(this.program, 0o755)
  }

  async connect(hosts: readonly RealHost[]): Promise<void> {
    for (const { destination } of hosts)
      this.#masters.push(
        spawn('/usr/bin/ssh', ['-F', this.#config, '-M', '-N', destination], {
          stdio: ['ignore', 'ignore', 'inherit'],
        }),
      )
    const until = Date.now() + 20_000
    for (const { destination } of hosts)
      while (spawnSync('/usr/bin/ssh', ['-F', this.#config, '-O', 'check', destination]).status !== 0) {
        if (Date.now() > until) throw new Error(`no ssh to ${destination}`)
        await sleep(100)
      }
  }

  stop(): void {
    for (const master of this.#masters) master.kill()
  }
}

export async function realHosts(lab: Lab, root: string): Promise<readonly RealHost[]> {
  mkdirSync(root, { recursive: true })
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(root, 'key')])
  const publicKey = readFileSync(join(root, 'key.pub'), 'utf8').trim()
  const hosts = lab.state.hosts.map((state) => new RealHost(state, publicKey))
  await Promise.all(hosts.map((host) => host.ready()))
  return hosts
}
