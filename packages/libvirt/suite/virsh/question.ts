import { randomUUID } from 'node:crypto'
import type { Connection, Domain, ParamRecord } from '../../src/index.ts'

export const name = 'client-virsh'
export const uuid = randomUUID()

export const pool = 'client-pool'
export const poolPath = '/tmp/client-pool'
export const volume = 'disk.img'
export const secretUuid = '3b1a3f0c-4c86-4ad0-8b6d-6f0d6c3e51f7'

/** `Name:   value` lines. */
export const fields = (text: string): Record<string, string> =>
  Object.fromEntries(
    text.split('\n').flatMap((line) => {
      const [, key, value] = /^\s*([^:=]+?)\s*[:=]\s*(.*?)\s*$/.exec(line) ?? []
      return key === undefined ? [] : [[key, value ?? '']]
    }),
  )

export const field = (key: string) => (text: string) => fields(text)[key]

export const kib = (text: string | undefined): number => Number.parseInt(text ?? '', 10) * 1024

export const lines = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .toSorted()

// virsh's domstats print, per domain, the very names and values of the typed parameters.
export const stats = (text: string): Record<string, string> => {
  const { [`Domain`]: ignored, ...rest } = fields(text)
  return ignored === undefined ? rest : rest
}

export const asText = (params: ParamRecord): Record<string, string> =>
  Object.fromEntries(
    Object.entries(params).map(([key, value]) => [
      key,
      typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value),
    ]),
  )

// What moves between two questions.
export const steady = (record: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(record).filter(
      ([key]) =>
        !/time|vcpu\.\d+\..*\.(sum|cur|max)$|\.(user|system|wait|delay|rss|last-update|halt|exit|pf|signal|req|insn|fpu|irq|hypercall|invlpg|tlb|nmi|mmu|host|l1d|remote|preempt|nested|bus|guest|directed|request)/.test(
          key,
        ),
    ),
  )

export interface Question {
  readonly args: readonly string[]
  readonly theirs: (printed: string) => unknown
  readonly ours: (connection: Connection, domain: Domain) => unknown
}

export const cpuList = (text: string | undefined): number[] =>
  (text ?? '').split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number)
    return Array.from({ length: last - first + 1 }, (_, index) => first + index)
  })

export const afterRule = (text: string): string[][] =>
  lines(text.slice(text.indexOf('---'))).flatMap((line) => {
    const cells = line.trim().split(/\s{2,}/)
    return line.startsWith('---') ? [] : [cells]
  })

export const sorted = (names: readonly string[]): string[] => names.toSorted()

export const yes = (is: boolean): string => (is ? 'yes' : 'no')

export const word = (text: string): string => text.trim()
