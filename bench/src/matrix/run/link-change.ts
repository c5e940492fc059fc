import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { openLab, setLink } from '@landfall/lab'
import type { LinkChange } from '../machine.ts'

/** What is done to a link, and how it is taken back. */
export interface LinkAct {
  readonly begin: () => Promise<void>
  readonly end: () => Promise<void>
}

/**
 * Has a link change once while a guest is moved, and change back. Dispose it when the run has ended: what has begun is taken back, what has
 * not does not begin any more.
 */
export class ChangingLink implements AsyncDisposable {
  readonly #act: LinkAct
  readonly #change: LinkChange
  #timer: NodeJS.Timeout | undefined
  #work: Promise<void> = Promise.resolve()
  #state: 'as-usual' | 'changed' | 'over' = 'as-usual'

  constructor(change: LinkChange, act: LinkAct) {
    this.#change = change
    this.#act = act
  }

  /** The migration starts now. */
  begun(): void {
    const { afterMs, forMs } = this.#change
    this.#timer = setTimeout(() => {
      if (this.#state !== 'as-usual') return
      this.#state = 'changed'
      this.#work = this.#work.then(() => this.#act.begin())
      this.#timer = setTimeout(() => this.#back(), forMs)
    }, afterMs)
  }

  #back(): void {
    if (this.#state === 'changed') this.#work = this.#work.then(() => this.#act.end())
    this.#state = 'over'
  }

  /** @throws what beginning or ending it has thrown */
  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#timer)
    this.#back()
    await this.#work
  }
}

/** What that is on a laboratory's link of so much. */
export function linkActOf({ kind }: LinkChange, lab: string, link: string, hosts: Ends): LinkAct {
  if (kind === 'another-stream') return anotherStream(lab, hosts)
  return { begin: () => setLink(lab, tenthOf(link)), end: () => setLink(lab, link) }
}

interface Ends {
  readonly from: string
  readonly to: string
}

/** @example tenthOf('300Mbit') is '30Mbit' */
export function tenthOf(link: string): string {
  const [, figure, unit] = /^(\d+)(Mbit|Gbit)$/.exec(link) ?? []
  if (figure === undefined) throw new Error(`a link of "${link}" has no tenth`)
  return `${(Number(figure) * (unit === 'Gbit' ? 1000 : 1)) / 10}Mbit`
}

const port = 5999

function anotherStream(lab: string, { from, to }: Ends): LinkAct {
  const running: ChildProcess[] = []
  const { state } = openLab(lab)
  const start = (name: string, words: readonly string[]): ChildProcess => {
    const host = state.hosts.find((each) => each.name === name)
    if (host?.holder == null) throw new Error(`the laboratory has no ${name}`)
    const inNetwork = [`--net=/proc/${host.holder.pid}/ns/net`, '--', process.execPath]
    const child = spawn('nsenter', [...inNetwork, join(import.meta.dirname, 'other-stream.ts'), ...words], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    running.push(child)
    return child
  }
  return {
    begin: async () => {
      const receiver = start(to, ['receive', String(port)])
      if (receiver.stdout) await once(receiver.stdout, 'data')
      const address = state.hosts.find((each) => each.name === to)?.address ?? ''
      start(from, ['send', address, String(port)])
    },
    end: async () => {
      const ended = running.filter(({ exitCode }) => exitCode === null).map((child) => once(child, 'exit'))
      for (const child of running) child.kill('SIGKILL')
      await Promise.all(ended)
    },
  }
}
