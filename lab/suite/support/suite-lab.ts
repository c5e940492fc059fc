import { inject } from 'vitest'

/** A laboratory of the suite, as its set-up raised it. */
export interface SuiteLab {
  readonly name: string
  /** Where the suite's own migrations are kept ($LANDFALL_STATE). */
  readonly stateDirectory: string
  /** Whom its commands ask; absent where each does its work itself. */
  readonly service?: SuiteService
}

/** What commands of the suite are to ask instead of doing the work themselves. */
export interface SuiteService {
  readonly url: string
  readonly token: string
  /** `LANDFALL_STORE` */
  readonly store: string
}

declare module 'vitest' {
  interface ProvidedContext {
    /** One for each file that runs at a time. */
    readonly laboratories: readonly SuiteLab[]
  }
}

/** The laboratory of this file alone: the next file that its place among the workers gets has it after that. */
export function suiteLab(): SuiteLab {
  const place = Number(process.env['VITEST_POOL_ID'])
  const lab = inject('laboratories')[place - 1]
  if (lab === undefined) throw new Error(`no laboratory was raised for worker ${place}`)
  return lab
}
