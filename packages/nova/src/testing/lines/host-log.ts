import type { Release } from '../../options/release.ts'
import type { Dice } from './dice.ts'

export type LogLevel = 'INFO' | 'DEBUG'
type LineLevel = 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR'

/** Who a line is logged for (oslo.log's logging_context_format_string). */
export type LogContext =
  | { readonly kind: 'none' }
  | { readonly kind: 'periodic'; readonly request: string }
  | { readonly kind: 'request'; readonly request: string; readonly user: string; readonly project: string }

export const noContext: LogContext = { kind: 'none' }

/** Where a DEBUG line comes from, as it appends it. */
export interface CodePlace {
  readonly method: string
  /** Below nova/. */
  readonly path: string
  readonly line: number
}

export interface Said {
  readonly at: number
  readonly level: LineLevel
  readonly logger: string
  readonly message: string
  readonly context?: LogContext
  readonly instance?: string
  readonly place?: CodePlace
  /** Lines below it, each with its own prefix (oslo.log's exception format). */
  readonly traceback?: readonly string[]
  /** Lines below it without any prefix: a remote exception's text. */
  readonly raw?: readonly string[]
}

interface Entry {
  readonly at: number
  readonly lines: readonly string[]
}

/** "2026-11-23 05:38:20.019" */
export const oslo = (at: number): string => new Date(at).toISOString().replace('T', ' ').slice(0, 23)

/** The nova-compute log of one host, as oslo.log of that release writes it. */
export class HostLog {
  readonly name: string
  readonly release: Release
  readonly level: LogLevel
  pid: number
  readonly #entries: Entry[] = []

  constructor(name: string, release: Release, level: LogLevel, dice: Dice) {
    this.name = name
    this.release = release
    this.level = level
    this.pid = dice.whole(1200, 32_000)
  }

  say(said: Said): void {
    if (said.level === 'DEBUG' && this.level === 'INFO') return
    const { at, level, logger, instance } = said
    const stamp = `${oslo(at)} ${this.pid} ${level} ${logger} `
    const about = instance === undefined ? '' : `[instance: ${instance}] `
    const suffix = level === 'DEBUG' && said.place ? ` ${this.#place(said.place)}` : ''
    const below = (said.traceback ?? []).map((line) => `${stamp}${about}${line}`)
    const lines = [`${stamp}${this.#context(said.context ?? noContext)} ${about}${said.message}${suffix}`]
    // A message may have line ends of its own; what follows them has no prefix.
    const all = [...lines, ...below, ...(said.raw ?? [])].flatMap((line) => line.split('\n'))
    this.#entries.push({ at, lines: all })
  }

  /** In the order of time; equal times stay as they were said. */
  entries(): readonly Entry[] {
    return this.#entries.toSorted((a, b) => a.at - b.at)
  }

  #context(context: LogContext): string {
    if (context.kind === 'none') return '[-]'
    const global = this.release >= 26 ? 'None ' : ''
    if (context.kind === 'periodic') return `[${global}${context.request} ${this.release >= 26 ? '- ' : ''}- - - - -]`
    const tail = this.release <= 13 ? '- - -' : '- default default'
    const scope = this.release >= 26 ? '- ' : ''
    return `[${global}${context.request} ${context.user} ${context.project} ${scope}${tail}]`
  }

  #place({ method, path, line }: CodePlace): string {
    const python = this.release < 20 ? '/usr/lib/python2.7/site-packages' : '/usr/lib/python3/dist-packages'
    return `${method} ${python}/nova/${path}:${line}`
  }
}

/** How a libvirt error's class reads in this release's Python. */
export const libvirtErrorSuffix = (release: Release, message: string): string =>
  release <= 12 ? '' : `: ${release < 20 ? 'libvirtError' : 'libvirt.libvirtError'}: ${message}`
