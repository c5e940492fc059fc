import { exitCodes } from '@landfall/api'

/**
 * Results that cannot be written (a full disk) are told once, and the exit code says so. The process goes on: it may be steering a
 * guest. A reader that went away (`landfall ... | head`) has what it wanted.
 */
export function onLostOutput(error: Error): void {
  if (('code' in error && error.code === 'EPIPE') || process.listeners('exit').includes(endAsFailed)) return
  process.stderr.write(`landfall: the output cannot be written: ${error.message}\n`)
  process.once('exit', endAsFailed)
}

/** Of what goes to stderr: there is nowhere left to tell it. */
export const onLostWords = (): void => undefined

function endAsFailed(): void {
  process.exitCode = exitCodes.internal
}
