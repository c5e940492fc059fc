import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { joinNetwork } from '@landfall/lab'
import type { DebianRoot } from '../debian/roots.ts'
import type { Ran } from '../suite/workshop.ts'
import { run } from '../suite/workshop.ts'

/** The first of its processes: all others end with it. It buries the dead, as the first process of a machine does. */
const init = 'while :; do sleep 3600 & wait $!; done'
const enter = `hostname controller && mount -t proc proc "$1/proc" && mount -t tmpfs none "$1/run" &&
  mkdir "$1/run/entered" && exec chroot "$1" sh -c '${init}'`

/**
 * A Debian of its own with a network and processes of its own, beside the hosts of a laboratory: where an administrator types.
 * What is exported in one script is there in the next, as in one terminal.
 */
export class Controller implements AsyncDisposable {
  readonly #holder: ChildProcess
  readonly #pid: number

  private constructor(holder: ChildProcess, pid: number) {
    this.#holder = holder
    this.#pid = pid
  }

  static async start({ path }: DebianRoot, lab: string): Promise<Controller> {
    const words = ['--mount', '--pid', '--net', '--uts', '--fork', '--kill-child', 'sh', '-c', enter, 'sh', path]
    const holder = spawn('unshare', words, { stdio: ['ignore', 'ignore', 'inherit'] })
    try {
      const pid = await firstProcess(holder)
      writeFileSync(join(path, 'etc/hosts'), await joinNetwork(lab, 'controller', pid))
      return new Controller(holder, pid)
    } catch (error) {
      holder.kill('SIGKILL')
      throw error
    }
  }

  /** Runs a script of bash as root, to its end or its first command that fails; returns what it printed. */
  async type(script: string): Promise<string> {
    return (await this.#run(script, false)).out
  }

  /** The same of a script that may fail. */
  async try(script: string): Promise<Ran> {
    return this.#run(script, true)
  }

  #run(script: string, mayFail: boolean): Promise<Ran> {
    const terminal = '/run/terminal'
    const whole = `set -eo pipefail\ncd /root\n[ ! -e ${terminal} ] || . ${terminal}\n${script}\nexport -p > ${terminal}\n`
    const environment = ['PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'HOME=/root', 'LC_ALL=C.UTF-8', 'TERM=xterm']
    const within = ['--mount', '--pid', '--net', '--uts', '--root', '--wd', '--', 'env', '-i', ...environment]
    return run('nsenter', [`--target=${this.#pid}`, ...within, 'bash', '-c', whole], { mayFail })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#holder.exitCode !== null || this.#holder.signalCode !== null) return
    const ended = once(this.#holder, 'exit')
    this.#holder.kill('SIGKILL')
    await ended
  }
}

/** The pid by which this machine knows the controller's first process, once it is inside. */
async function firstProcess(holder: ChildProcess): Promise<number> {
  for (const startedAt = performance.now(); performance.now() - startedAt < 60_000; await delay(50)) {
    if (holder.exitCode !== null || holder.pid === undefined) break
    const [pid] = readFileSync(`/proc/${holder.pid}/task/${holder.pid}/children`, 'utf8').split(' ').filter(Boolean)
    if (pid !== undefined && readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith(`sh\0-c\0${init}`))
      return Number(pid)
  }
  throw new Error('the controller could not be set up')
}
