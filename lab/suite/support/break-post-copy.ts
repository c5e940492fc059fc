import { cutConnections } from '@landfall/lab'
import { eventually } from './eventually.ts'
import { onHost } from './places.ts'
import { suiteLab } from './suite-lab.ts'

const followingBytes = 16 * 1024 ** 2

export interface Break {
  readonly guest: string
  readonly from: string
  readonly to: string
  readonly lab?: string
}

/** Waits until the guest runs on its destination and a part of its memory has followed, then breaks the stream. */
export async function breakPostCopy({ guest, from, to, lab = suiteLab().name }: Break): Promise<void> {
  let atSwitch: number | null = null
  const isFollowing = (): Promise<boolean | null> =>
    onHost(
      from,
      guest,
      async (domain) => {
        if ((await domain.getState()).reason !== 'postcopy') return false
        const sent = (await domain.getJobStats()).fields.memoryProcessedBytes ?? 0
        atSwitch ??= sent
        return sent > atSwitch + followingBytes
      },
      lab,
    )
  await eventually('a part of the memory following the guest', isFollowing)
  // At both ends: the news of one may be lost on the full link, and then the other would wait for hours.
  const cut = await Promise.all([cutConnections(lab, from), cutConnections(lab, to)])
  if (Math.max(...cut) === 0) throw new Error('there was no stream to cut')
}
