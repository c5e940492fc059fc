import { setLink } from '@landfall/lab'
import type { Finished } from './landfall.ts'
import { expectExit, start } from './landfall.ts'
import { suiteLab } from './suite-lab.ts'

/**
 * Aborts a migration whose copy is held meanwhile, so that it is not over before the command was started, however busy the machine
 * is. What waits to be sent is let through as soon as the migration was found.
 */
export async function abortHeld(
  guest: string,
  link: { readonly held: string; readonly usual: string },
): Promise<Finished> {
  await setLink(suiteLab().name, link.held)
  const abort = start(['abort', guest, '--json'])
  await abort.prints(/found /)
  await setLink(suiteLab().name, link.usual)
  const finished = await abort.ended
  expectExit(finished, 0)
  return finished
}
