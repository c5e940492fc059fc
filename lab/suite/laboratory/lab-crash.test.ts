import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

import { down, leftovers, openLab, status, up, virsh } from '@landfall/lab'
import type { LabState } from '@landfall/lab'
import { expect, test } from 'vitest'

import { eventually, labName, testLab } from './lab-support.ts'

const raise = fileURLToPath(new URL('lab-raise.ts', import.meta.url))

/** Starts to raise a laboratory in another process and kills that process after so many ms of real work. */
async function killedAfter(name: string, ms: number): Promise<void> {
  const child = spawn(process.execPath, [raise, name], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  for await (const line of createInterface(child.stdout)) if (line.startsWith('starting ')) break
  await Promise.race([delay(ms), exited])
  child.kill('SIGKILL')
  await exited
}

test.each([0, 40, 120, 250])('whoever dies %d ms into raising a laboratory leaves nothing that stays', async (ms) => {
  const name = labName(`crash${ms}`)
  await killedAfter(name, ms)
  await using lab = await up({ name })
  expect((await virsh(lab.name, 'host1', ['hostname'])).trim()).toBe('host1')
  await down(name)
  expect(leftovers(name)).toEqual([])
})

test('a laboratory that died as a whole is cleaned up by the next one', async () => {
  await using lab = await testLab('dead')
  for (const holder of holders(lab.state)) process.kill(holder, 'SIGKILL')
  await eventually('the laboratory is seen to be dead', async () => !(await status(lab.name)).up)
  await using again = await up({ name: lab.name })
  expect((await virsh(again.name, 'host2', ['hostname'])).trim()).toBe('host2')
})

test('a signal stops the raising, and nothing remains', async () => {
  const name = labName('abort')
  const stopping = new AbortController()
  const raising = up({
    name,
    signal: stopping.signal,
    progress: (line) => {
      if (line.startsWith('starting ')) setTimeout(() => stopping.abort(), 60)
    },
  })
  await expect(raising).rejects.toMatchObject({ code: 'aborted' })
  expect(leftovers(name)).toEqual([])
  expect(() => openLab(name)).toThrow(expect.objectContaining({ code: 'lab-not-up' }))
})

function holders(state: LabState): number[] {
  return [state.hub, ...state.hosts].flatMap(({ holder }) => (holder === null ? [] : [holder.pid]))
}
