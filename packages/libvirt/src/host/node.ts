import { Buffer } from 'node:buffer'
import type { NodeGetInfoRet } from '../protocol/remote.gen.ts'
import type { NodeGetMemoryStats } from '../protocol/structs.gen.ts'

/** virNodeInfo. */
export interface NodeInfo {
  /** The CPU's architecture: `x86_64`. */
  readonly model: string
  readonly memoryBytes: number
  readonly cpus: number
  readonly mhz: number
  readonly nodes: number
  readonly sockets: number
  readonly cores: number
  readonly threads: number
}

export const readNodeInfo = ({ model, memory, ...rest }: NodeGetInfoRet): NodeInfo => {
  const end = model.indexOf(0)
  return {
    model: Buffer.from(end === -1 ? model : model.subarray(0, end)).toString('utf8'),
    memoryBytes: Number(memory) * 1024,
    ...rest,
  }
}

/** A host's memory; a field is missing when the host does not tell. */
export interface NodeMemoryStats {
  readonly totalBytes?: number
  readonly freeBytes?: number
  readonly buffersBytes?: number
  readonly cachedBytes?: number
}

export const readNodeMemoryStats = (params: readonly NodeGetMemoryStats[]): NodeMemoryStats => {
  const stats: { -readonly [Name in keyof NodeMemoryStats]: NodeMemoryStats[Name] } = {}
  for (const { field, value } of params) {
    const bytes = Number(value) * 1024
    if (field === 'total') stats.totalBytes = bytes
    else if (field === 'free') stats.freeBytes = bytes
    else if (field === 'buffers') stats.buffersBytes = bytes
    else if (field === 'cached') stats.cachedBytes = bytes
  }
  return stats
}
