import { checkGuest, isUnharmed, pagesWritten, readProgressRecord, waitForProgress } from '@landfall/lab'
import type { GuestRequest, GuestVerdict } from '@landfall/lab'

export interface Looked {
  readonly guest: string
  readonly verdict: GuestVerdict
  readonly unharmed: boolean
  /** Its counters never went back: it is no older one of itself. */
  readonly wentBack: boolean
  /** Of its work at its own pace of before, from the first start to the last end; null for one that writes nothing. */
  readonly lostSeconds: number | null
  /** Of the pace that was asked of it, what it wrote before; below 1 the machine had no core for it. Null where it writes nothing. */
  readonly paceBefore: number | null
}

/** So long each guest's own pace is watched before anything is asked. */
export const baselineMs = 6000

/** What the guest says of itself since then, and what it lost between two moments of the wall clock. */
export async function look(
  lab: string,
  { name, writeRate }: GuestRequest,
  sinceMs: number,
  { startedAt, endedAt }: { readonly startedAt: number; readonly endedAt: number },
): Promise<Looked> {
  await waitForProgress(lab, name, { deadlineMs: 30_000 })
  const verdict = await checkGuest(lab, name, sinceMs)
  const { samples } = await readProgressRecord(lab, name)
  const since = samples.filter(({ atMonotonicMs }) => atMonotonicMs >= sinceMs)
  const wentBack = since.some((sample, index) => {
    const before = since[index - 1]
    return before !== undefined && (sample.work < before.work || sample.pagesWritten < before.pagesWritten)
  })
  const offset = performance.timeOrigin + performance.now() - Number(process.hrtime.bigint()) / 1e6
  const isIdle = Number(writeRate ?? 0) === 0
  const [fromMs, toMs] = [startedAt - offset, endedAt - offset]
  const perMs = pagesWritten(samples, sinceMs, sinceMs + baselineMs) / baselineMs
  const lostMs = isIdle || perMs === 0 ? null : toMs - fromMs - pagesWritten(samples, fromMs, toMs) / perMs
  const lostSeconds = lostMs === null ? null : Math.max(0, lostMs / 1000)
  const paceBefore = isIdle ? null : (perMs * 1000 * 4096) / Number(writeRate)
  return { guest: name, verdict, unharmed: isUnharmed(verdict) && !wentBack, wentBack, lostSeconds, paceBefore }
}
