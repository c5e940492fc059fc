import { afterEach, expect, test, vi } from 'vitest'
import { main } from './main.ts'
import { plainTerminal } from './testing/plain-terminal.ts'

afterEach(() => {
  vi.unstubAllEnvs()
  process.exitCode = 0
})

/** What is said where that token is used for a service that nobody runs. */
async function said(token: string): Promise<string> {
  const err: string[] = []
  const terminal = plainTerminal({ err: (line) => void err.push(line) })
  vi.stubEnv('LANDFALL_SERVER', 'http://127.0.0.1:1')
  vi.stubEnv('LANDFALL_TOKEN', token)
  await main(['hosts'], terminal)
  return err.join('\n')
}

test.each(['landfall_aB-9', 'head.pay_load.sig-nature'])('%s has the form of a token, and is used', async (token) => {
  expect(await said(token)).toContain('cannot be reached')
})

test.each(['', 'two.parts', 'a b', 'line\nbreak', 'x'.repeat(201), `a.b.${'c'.repeat(8192)}`])(
  'what has another form is neither sent nor shown',
  async (token) => {
    const words = await said(token)
    expect(words).toContain('not of the form that tokens have')
    expect(token === '' || !words.includes(token)).toBe(true)
  },
)
