import { spawn } from 'node:child_process'
import { openLab } from '@landfall/lab'
import { command, landfallEnvironment, supervised } from './landfall.ts'
import type { LandfallProcess } from './landfall.ts'
import { suiteLab } from './suite-lab.ts'

/** `landfall` in a terminal of its own, made by script(1): what is typed goes in, what is drawn comes out. */
export interface TerminalSession {
  readonly process: LandfallProcess
  readonly type: (keys: string) => void
}

export const controlC = '\u0003'

/** Starts it as a person at a terminal would. */
export function startAtTerminal(words: readonly string[], deadlineMs = 280_000): TerminalSession {
  const typed = [process.execPath, command(), ...words, '--config', openLab(suiteLab().name).hostsFile]
  const line = 'exec ' + typed.map((word) => `'${word}'`).join(' ')
  const child = spawn('script', ['--quiet', '--return', '--command', line, '/dev/null'], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...landfallEnvironment(), SHELL: '/bin/sh' },
  })
  return {
    process: supervised(child, `landfall ${words.join(' ')} at a terminal`, deadlineMs),
    type: (keys) => {
      child.stdin.write(keys)
    },
  }
}
