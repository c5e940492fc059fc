import type { Advice, NextAction } from '../../errors/advice.ts'
import { advise } from '../../errors/advice.ts'
import type { StreamFacts } from '../../facts.ts'
import type { Intent } from '../../intent.ts'

/** A setting of the stream that the hosts cannot do. */
export interface StreamObstacle {
  /** Settings that would have to be left out, or one of them. */
  readonly settings: readonly ('compression' | 'parallel')[]
  readonly why: string
  readonly next: Advice
}

const compressionOut: NextAction = { action: 'leave-out', setting: 'compression' }
const parallelOut: NextAction = { action: 'leave-out', setting: 'parallel' }

/** What was asked for by name is done or refused, never left out. Null where all of it can be done. Pure. */
export function streamObstacle({ stream }: Intent, { parallel, zstd, xbzrle }: StreamFacts): StreamObstacle | null {
  const several = (stream?.parallelConnections ?? 1) > 1
  const compression = stream?.compression
  if (compression === 'zstd' && !zstd.possible) {
    const next = advise`Leave ${compressionOut} out, or upgrade it`
    return { settings: ['compression'], why: `compression by zstd: ${zstd.why}`, next }
  }
  if (compression === 'xbzrle' && several) {
    const why = 'compression by xbzrle does not go with parallel connections: it knows one stream only'
    return {
      settings: ['compression', 'parallel'],
      why,
      next: advise`Leave ${compressionOut} or ${parallelOut} out, or compress by zstd`,
    }
  }
  if (compression === 'xbzrle' && xbzrle?.possible === false) {
    const next = advise`Leave ${compressionOut} out, or change that`
    return { settings: ['compression'], why: `compression by xbzrle: ${xbzrle.why}`, next }
  }
  if (several && !parallel.possible) {
    const next = advise`Leave ${parallelOut} out, or upgrade it`
    return { settings: ['parallel'], why: `parallel connections: ${parallel.why}`, next }
  }
  return null
}
