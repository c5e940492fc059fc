import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * Hosts that this machine plays: an ssh that runs what it is given in a host's folder, a systemctl whose service is a process that reads
 * its configuration at its start, and a virsh that tells of the migrations that a test puts there. A restart without having asked
 * virsh just before, or after having been told of a migration, is written down: one that begins between the answer and the restart
 * is seen by nobody.
 */
export class StandIn {
  readonly root: string
  readonly names: readonly string[]

  constructor(root: string, names: readonly string[]) {
    this.root = root
    this.names = names
    for (const name of names) {
      this.#put(`${name}/etc/nova/nova.conf`, '[libvirt]\nvirt_type = kvm\n')
      this.#put(`${name}/etc/nova/nova.conf.d/50-site.conf`, '[libvirt]\n')
      this.#put(`${name}/told`, 'None\n')
      mkdirSync(join(root, name, 'run'))
    }
    this.#program('bin/systemctl', systemctl)
    this.#program('bin/virsh', virsh)
    this.#program('ssh', ssh(root))
    this.#onEach('restart')
  }

  get ssh(): string {
    return join(this.root, 'ssh')
  }

  /** `NAME=ssh://NAME/ITS-FOLDER` */
  get named(): string[] {
    return this.names.map((name) => `${name}=ssh://${name}${join(this.root, name)}`)
  }

  read(path: string): string | null {
    const full = join(this.root, path)
    return existsSync(full) ? readFileSync(full, 'utf8') : null
  }

  put(path: string, text: string): void {
    this.#put(path, text)
  }

  remove(path: string): void {
    rmSync(join(this.root, path), { force: true })
  }

  /** Ends the services of all hosts. */
  stop(): void {
    this.#onEach('stop')
  }

  /** What was restarted although a migration touched its host, or might have; nothing where all is well. */
  violations(): string[] {
    return this.names.flatMap((name) => this.read(`${name}/violations`)?.trim().split('\n') ?? [])
  }

  /** One shell for all: starting one is what takes time. */
  #onEach(verb: 'restart' | 'stop'): void {
    const script = 'verb=$1; shift; for HOST; do export HOST; sh bin/systemctl "$verb" nova-compute; done'
    const folders = this.names.map((name) => join(this.root, name))
    spawnSync('sh', ['-c', script, 'sh', verb, ...folders], { cwd: this.root })
  }

  #put(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true })
    writeFileSync(join(this.root, path), text)
  }

  #program(path: string, text: string): void {
    this.#put(path, text)
    chmodSync(join(this.root, path), 0o755)
  }
}

const ssh = (root: string): string => `#!/bin/sh
for word; do last2=\${last1:-}; last1=$word; done
HOST=${root}/$last2; export HOST
[ -e "$HOST/unreachable" ] && { echo "ssh: connect to host $last2 port 22: No route to host" >&2; exit 255; }
PATH=${root}/bin:$PATH; export PATH
echo $$ > "$HOST/shell"
exec sh -s
`

const systemctl = `#!/bin/sh
run=$HOST/run
pid=0; [ -e "$run/pid" ] && read -r pid < "$run/pid"
alive() { [ "$pid" -gt 0 ] && [ -e "/proc/$pid/stat" ] && read -r _ _ state _ < "/proc/$pid/stat" && [ "$state" != Z ]; }
case "$1" in
  cat) [ "$2" = nova-compute.service ];;
  is-active) if alive; then echo active; else echo inactive; exit 3; fi;;
  show) if alive; then echo "MainPID=$pid"; else echo MainPID=0; fi;;
  stop) if alive; then kill "$pid"; fi;;
  kill) [ "$2" = --kill-who=main ] || exit 1; cat "$HOST"/etc/nova/nova.conf "$HOST"/etc/nova/nova.conf.d/*.conf > "$run/loaded";;
  restart)
    [ "$(cat "$HOST/told" 2>/dev/null)" = None ] || date >> "$HOST/violations"
    rm -f "$HOST/told"
    [ -e "$HOST/refuses" ] && exit 1
    if alive; then kill "$pid"; fi
    cat "$HOST"/etc/nova/nova.conf "$HOST"/etc/nova/nova.conf.d/*.conf > "$run/loaded"
    setsid sleep 600 >/dev/null 2>&1 </dev/null & echo $! > "$run/pid"
    [ -e "$HOST/dies" ] && kill "$(cat "$run/pid")"
    exit 0;;
esac
`

const virsh = `#!/bin/sh
[ "$1" = -c ] && shift 2
[ -e "$HOST/no-libvirt" ] && exit 1
name=guest; [ -e "$HOST/name" ] && read -r name < "$HOST/name"
for last; do :; done
case "$1" in domstate|domjobinfo) [ "$last" = "$name" ] || exit 1;; esac
case "$1" in
  list) echo "$name"; echo;;
  domstate) if [ -e "$HOST/reason" ]; then cat "$HOST/reason"; else echo 'running (booted)'; fi;;
  domjobinfo)
    [ -e "$HOST/asker-dies" ] && kill -9 $PPID && exit 1
    if [ -e "$HOST/migrating" ]; then told=Unbounded; else told=None; fi
    echo $told > "$HOST/told"
    echo "Job type:         $told";;
esac
`
