import type { MigrationReport } from '@landfall/api'
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { expect, inject, onTestFinished } from 'vitest'
import { openLab } from '@landfall/lab'
import { eventually } from './eventually.ts'
import { suiteLab } from './suite-lab.ts'

/** The command that the set-up built. */
export const command = (): string => inject('command')

export interface Finished {
  /** Null when a signal ended it. */
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  /** Hosts file; the laboratory's unless told, none where null. */
  readonly config?: string | null
  readonly deadlineMs?: number
  /** Over the suite's own. */
  readonly environment?: Readonly<Record<string, string>>
}

/** A `landfall` process as a user started it, without a terminal. */
export class LandfallProcess {
  readonly child: ChildProcess
  readonly ended: Promise<Finished>
  #stdout = ''
  #stderr = ''

  constructor(child: ChildProcess) {
    this.child = child
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text
    })
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text
    })
    this.ended = once(child, 'close').then(([code]) => ({
      exitCode: typeof code === 'number' ? code : null,
      stdout: this.#stdout,
      stderr: this.#stderr,
    }))
  }

  /** All that it has printed so far. */
  get printed(): string {
    return this.#stdout + this.#stderr
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null
  }

  /** Waits until it has printed that; fails with what it did print. */
  async prints(pattern: RegExp, deadlineMs = 60_000): Promise<void> {
    await eventually(
      `landfall prints ${String(pattern)}`,
      () => pattern.test(this.printed) || this.hasEnded,
      deadlineMs,
    ).catch((cause: unknown) => {
      throw new Error(`landfall did not print ${String(pattern)} but:\n${this.printed}`, { cause })
    })
    if (!pattern.test(this.printed)) throw new Error(`landfall ended without ${String(pattern)}:\n${this.printed}`)
  }
}

/** What every `landfall` of the suite sees of the environment: nothing that colours it or that other runs left. */
export function landfallEnvironment(): Record<string, string> {
  const { service, stateDirectory } = suiteLab()
  const passed = ['PATH', 'HOME', 'LANDFALL_LABS', 'LANDFALL_CACHE']
  return {
    ...Object.fromEntries(
      passed.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
    ),
    TERM: 'xterm',
    LANDFALL_STATE: stateDirectory,
    ...(service === undefined ? {} : { LANDFALL_STORE: service.store }),
  }
}

/** What a service answers. */
const asked = ['hosts', 'instances', 'intent', 'plan', 'migrate', 'watch', 'abort', 'confirm', 'revert', 'report']

interface HostsNamed {
  readonly words: readonly string[]
  readonly environment: Readonly<Record<string, string>>
}

/** How the laboratory's hosts are named to a command: to itself, or by the service of the suite. */
function hostsFor(name: string | undefined, config: string | null | undefined): HostsNamed {
  if (config === null) return { words: [], environment: {} }
  const { service } = suiteLab()
  if (config === undefined && service !== undefined && name !== undefined && asked.includes(name)) {
    return { words: [], environment: { LANDFALL_SERVER: service.url, LANDFALL_TOKEN: service.token } }
  }
  return { words: ['--config', config ?? openLab(suiteLab().name).hostsFile], environment: {} }
}

/** Starts `landfall`; a process that outlives its test is ended and fails it. */
export function start(
  words: readonly string[],
  { config, deadlineMs = 280_000, environment }: RunOptions = {},
): LandfallProcess {
  const hosts = hostsFor(words[0], config)
  const child = spawn(process.execPath, [command(), ...words, ...hosts.words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...landfallEnvironment(), ...hosts.environment, ...environment },
  })
  return supervised(child, `landfall ${words.join(' ')}`, deadlineMs)
}

/** Watches a process of the suite until its test ends. */
export function supervised(child: ChildProcess, what: string, deadlineMs: number): LandfallProcess {
  const process = new LandfallProcess(child)
  let late = false
  const timer = setTimeout(() => {
    late = true
    child.kill('SIGKILL')
  }, deadlineMs)
  onTestFinished(async () => {
    clearTimeout(timer)
    const leaked = !process.hasEnded
    if (leaked) child.kill('SIGKILL')
    const { stdout, stderr } = await process.ended
    if (late) throw new Error(`${what} did not end within ${deadlineMs} ms:\n${stderr}${stdout}`)
    if (leaked) throw new Error(`${what} was still there after its test:\n${stderr}${stdout}`)
  })
  return process
}

/** Runs `landfall` to its end. */
export function landfall(words: readonly string[], options: RunOptions = {}): Promise<Finished> {
  return start(words, options).ended
}

/** The exit code is that one; otherwise the failure shows what was printed. */
export function expectExit({ exitCode, stderr, stdout }: Finished, expected: number): void {
  if (exitCode === expected) return
  expect.fail(`landfall ended with ${exitCode} instead of ${expected}; it printed:\n${stderr}${stdout}`)
}

/** The one JSON document on stdout. */
export function jsonOf({ stdout, stderr }: Finished): unknown {
  try {
    return JSON.parse(stdout)
  } catch (cause) {
    throw new Error(`stdout is not one JSON document:\n${stdout}\nstderr:\n${stderr}`, { cause })
  }
}

/** The report of a migration, from `--json`; its keys are checked by `expectReport`. */
export function reportOf(finished: Finished): MigrationReport {
  return jsonOf(finished) as MigrationReport
}
