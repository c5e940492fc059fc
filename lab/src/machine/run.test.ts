import { expect, test } from 'vitest'

import { run, tryRun } from './run.ts'

test('input goes in and output comes out', async () => {
  expect(await run(['cat'], { input: 'some text\n' })).toBe('some text\n')
})

test('a failure says what was run and what it said', async () => {
  await expect(run(['sh', '-c', 'echo no luck >&2; exit 3'])).rejects.toMatchObject({
    code: 'command-failed',
    message: expect.stringMatching(/status 3: no luck$/),
  })
  expect((await tryRun(['sh', '-c', 'exit 3'])).status).toBe(3)
})

test('a program that is not there is named', async () => {
  await expect(run(['no-such-program'])).rejects.toMatchObject({
    code: 'command-failed',
    message: expect.stringContaining('no-such-program'),
  })
})

test('a command is stopped at its deadline', async () => {
  await expect(run(['sleep', '60'], { deadlineMs: 50 })).rejects.toMatchObject({ code: 'deadline-passed' })
})

test('a command is stopped on request', async () => {
  const stopping = new AbortController()
  const running = run(['sleep', '60'], { signal: stopping.signal })
  stopping.abort()
  await expect(running).rejects.toMatchObject({ code: 'aborted' })
})

test('a command that may end properly is asked to', async () => {
  const stopping = new AbortController()
  const lines: string[] = []
  const onLine = (line: string): void => {
    lines.push(line)
    if (line === 'ready') stopping.abort()
  }
  const script = 'trap "echo tidied up; exit" INT; echo ready; while :; do sleep 0.05; done'
  const running = tryRun(['sh', '-c', script], { signal: stopping.signal, killSignal: 'SIGINT', onLine })
  await expect(running).rejects.toMatchObject({ code: 'aborted' })
  await expect.poll(() => lines).toEqual(['ready', 'tidied up'])
})

test('lines are handed over as they come, the last one without its end', async () => {
  const lines: string[] = []
  await run(['printf', 'one\ntwo\nthree'], { onLine: (line) => lines.push(line) })
  expect(lines).toEqual(['one', 'two', 'three'])
})
