import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { main } from '../../main.ts'
import { plainTerminal } from '../../testing/plain-terminal.ts'

const folder = fileURLToPath(new URL('../../../../doctor/src/testing/', import.meta.url))

const before = process.exitCode
afterEach(() => {
  process.exitCode = before
})

async function doctor(...words: readonly string[]): Promise<{ text: string; exitCode: unknown }> {
  const out: string[] = []
  const terminal = plainTerminal({ out: (line) => out.push(line), columns: () => 120 })
  await main(['doctor', ...words], terminal)
  return { text: out.join('\n'), exitCode: process.exitCode }
}

interface Told {
  readonly exitCode: number
  readonly hosts: readonly { readonly host: string }[]
  readonly migrations: readonly {
    readonly instance: string
    readonly from: string | null
    readonly to: string | null
    readonly outcome: string
    readonly causes: readonly { readonly message: string; readonly evidence: readonly { readonly line: number }[] }[]
    readonly acts: readonly { readonly message: string }[]
    readonly notes: readonly string[]
    readonly guest: { readonly where: string; readonly host: string | null; readonly next: string } | null
    readonly advice: { readonly others: readonly string[] }
  }[]
  readonly changes: readonly { readonly fileLines: readonly string[] }[]
  readonly fleet: { readonly remarks: readonly { readonly severity: string; readonly message: string }[] }
}

/** Cases in which nothing is wrong. */
const well = ['24-stream-on-the-1g-admin-network', '30-two-logs-as-arguments', '32-moved-line-on-former-source']
const quiet = ['nova31-01-quiet', 'nova31-05-autoconverge-throttle', 'nova31-post-copy', 'nova31-post-copy-taken-up']

const given = (name: string): readonly string[] => {
  const inside = readdirSync(`${folder}${name}`)
  if (inside.includes('s.log'))
    return ['--host', `nova1=${folder}${name}/s.log`, '--host', `nova2=${folder}${name}/d.log`]
  const below = ['hosts', 'logs'].find((each) => inside.includes(each))
  return [`${folder}${name}${below === undefined ? '' : `/${below}`}`]
}
const all = ['cases', 'recordings'].flatMap((room) => readdirSync(`${folder}${room}`).map((name) => `${room}/${name}`))

test.each(all)('%s: text and JSON say the same, with the exit code that belongs to it', async (name) => {
  const { text, exitCode } = await doctor(...given(name))
  const json = await doctor(...given(name), '--json')
  const answer = JSON.parse(json.text) as Told
  expect([exitCode, json.exitCode, answer.exitCode]).toEqual(
    Array.from({ length: 3 }, () => ([...well, ...quiet].some((each) => name.endsWith(each)) ? 0 : 8)),
  )
  const inText = (words: string): void => expect(text.toLowerCase()).toContain(words.toLowerCase())
  for (const { instance, from, to, causes, acts, notes, guest, advice } of answer.migrations) {
    inText(instance)
    inText(`${from ?? '?'} → ${to ?? '?'}`)
    for (const { message, evidence } of causes) {
      inText(message)
      expect(evidence.every(({ line }) => line > 0)).toBe(true)
    }
    for (const { message } of acts) inText(message)
    for (const note of notes) inText(note)
    if (guest !== null && causes.length > 0) inText(guest.next)
    for (const other of advice.others) inText(other)
  }
  for (const { fileLines } of answer.changes) for (const line of fileLines) inText(line)
  for (const { message, severity } of answer.fleet.remarks) if (severity === 'problem') inText(message)
})
