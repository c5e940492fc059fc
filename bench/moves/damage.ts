import { checkGuest, guestMemory, monotonicNowMs, readProgress, rewrittenPages } from '@landfall/lab'
import type { GuestPlace } from '@landfall/lab'

const pageBytes = 4096
const mebi = 1024 ** 2
/** Where the ROM guest's pages begin, and as much of them as is looked through. */
const arena = { address: 16 * mebi, bytes: 8 * mebi }
const deadlineMs = 60_000

/** Changes a few bytes of a page that the guest rewrites; returns whether it says so. */
export async function damage(place: GuestPlace): Promise<boolean> {
  await using memory = await guestMemory(place, arena.address)
  const page = firstOf(rewrittenPages(await memory.read(arena.bytes)))
  const since = monotonicNowMs()
  await memory.write(page + 512, Buffer.alloc(64, 0xa5))
  return await isWrongSince(place, since)
}

/** Puts back a whole page as it was before it was rewritten several times; returns whether the guest says so. */
export async function putBackOldPage(place: GuestPlace): Promise<boolean> {
  const written = async (): Promise<number> => (await readProgress(place.lab, place.guest)).at(-1)?.pagesWritten ?? 0
  await using memory = await guestMemory(place, arena.address)
  const bytes = await memory.read(arena.bytes)
  const page = firstOf(rewrittenPages(bytes))
  const before = await written()
  // Twenty times as many writes as there are pages of the set: each has been rewritten, all but certainly.
  const writes = 20 * 96 * 256
  if (!(await until(async () => (await written()) > before + writes))) throw new Error('the guest writes too slowly')
  const since = monotonicNowMs()
  await memory.write(page, bytes.subarray(page, page + pageBytes))
  return await isWrongSince(place, since)
}

function firstOf(pages: readonly number[]): number {
  const [first] = pages
  if (first === undefined) throw new Error('no page is one that the guest rewrites')
  return first
}

const isWrongSince = ({ lab, guest }: GuestPlace, since: number): Promise<boolean> =>
  until(async () => (await checkGuest(lab, guest, since)).wrongPages > 0)

async function until(condition: () => Promise<boolean>): Promise<boolean> {
  const end = monotonicNowMs() + deadlineMs
  while (monotonicNowMs() < end) {
    if (await condition()) return true
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return false
}
