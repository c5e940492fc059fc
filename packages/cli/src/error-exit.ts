import type { ExitCode, MigrationReport } from '@landfall/api'
import { answerTo, exitCodes, toldOfLibvirt } from '@landfall/api'
import { LandfallError } from '@landfall/core'
import { adviceWords } from './output/next-action.ts'

/** An error as it is shown: one line for people, the same fields for scripts. */
export interface ShownError {
  readonly code: string
  readonly message: string
  readonly next: string | null
  readonly exitCode: ExitCode
}

/** The one place where an error becomes words and an exit code. */
export function showError(error: unknown): ShownError {
  // In process it comes as it was thrown; a service has told it so.
  const coded = toldOfLibvirt(error) ?? error
  if (coded instanceof LandfallError) {
    const { exitCode } = answerTo(coded.code)
    const next = coded.next === undefined ? null : adviceWords(coded.next)
    return { code: coded.code, message: oneLine(coded.message), next, exitCode }
  }
  if (isOfLaboratory(error)) {
    return { code: error.code, message: oneLine(error.message), next: null, exitCode: exitCodes.badInput }
  }
  const message = error instanceof Error ? error.message : String(error)
  return { code: 'internal', message: oneLine(message), next: null, exitCode: exitCodes.internal }
}

/** Whether it has a code that says what it is; what has none is a bug of ours. */
export const isForeseen = (error: unknown): boolean => showError(error).code !== 'internal'

/** What went wrong and what to do next, as a line for people. */
export const errorWords = ({ message, next }: Pick<ShownError, 'message' | 'next'>): string =>
  next === null ? message : `${sentence(message)} ${sentence(next)}`

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)

/** This room imports nothing of the laboratory: its errors are known by their shape. */
function isOfLaboratory(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && error.name === 'LabError' && 'code' in error && typeof error.code === 'string'
}

function oneLine(text: string): string {
  return text.split('\n', 1)[0] ?? ''
}

/** The exit code of a migration that was reported on. */
export function exitCodeOf(report: Pick<MigrationReport, 'outcome' | 'reason'>): ExitCode {
  switch (report.outcome) {
    case 'completed':
    case 'recovered':
      return exitCodes.done
    case 'refused':
      return exitCodes.refused
    case 'aborted':
      return exitCodes.aborted
    case 'failed':
      return report.reason.code === 'migration-failed' ? exitCodes.failed : exitCodes.needsAttention
  }
}
