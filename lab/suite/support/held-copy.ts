import { setLink } from '@landfall/lab'
import { inject } from 'vitest'
import type { Finished } from './landfall.ts'
import { expectExit, start } from './landfall.ts'

/** Slows the link so that a copy is not over before another command was started, however busy the machine is. */
export const holdCopy = (): Promise<void> => setLink(inject('labName'), '4Mbit')

/** Aborts a copy, which is held meanwhile; what waits to be sent is let through as soon as the copy was found. */
export async function abortHeld(guest: string, link: string): Promise<Finished> {
  await holdCopy()
  const abort = start(['abort', guest, '--json'])
  await abort.prints(/found /)
  await setLink(inject('labName'), link)
  const finished = await abort.ended
  expectExit(finished, 0)
  return finished
}
