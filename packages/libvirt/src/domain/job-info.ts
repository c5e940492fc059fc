import type { DomainGetJobInfoRet } from '../protocol/remote.gen.ts'
import { jobTypeName } from './job-stats.ts'
import type { JobType } from './job-stats.ts'

/** virDomainJobInfo: the older, shorter form of the job's counters; 0 also stands for "unknown". */
export interface DomainJobInfo {
  readonly type: JobType
  readonly timeElapsedMs: number
  readonly timeRemainingMs: number
  readonly dataTotalBytes: number
  readonly dataProcessedBytes: number
  readonly dataRemainingBytes: number
  readonly memoryTotalBytes: number
  readonly memoryProcessedBytes: number
  readonly memoryRemainingBytes: number
  readonly fileTotalBytes: number
  readonly fileProcessedBytes: number
  readonly fileRemainingBytes: number
}

export const readJobInfo = (info: DomainGetJobInfoRet): DomainJobInfo => ({
  type: jobTypeName(info.type),
  timeElapsedMs: Number(info.timeElapsed),
  timeRemainingMs: Number(info.timeRemaining),
  dataTotalBytes: Number(info.dataTotal),
  dataProcessedBytes: Number(info.dataProcessed),
  dataRemainingBytes: Number(info.dataRemaining),
  memoryTotalBytes: Number(info.memTotal),
  memoryProcessedBytes: Number(info.memProcessed),
  memoryRemainingBytes: Number(info.memRemaining),
  fileTotalBytes: Number(info.fileTotal),
  fileProcessedBytes: Number(info.fileProcessed),
  fileRemainingBytes: Number(info.fileRemaining),
})
