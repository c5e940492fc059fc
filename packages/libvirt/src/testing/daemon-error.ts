import { errorCodeNumber } from '../error-names.ts'
import type { DaemonErrorFields } from '../errors.ts'

/** What a handler of the fake daemon throws to answer a call with an error. */
export class DaemonError extends Error {
  override readonly name = 'DaemonError'
  readonly fields: DaemonErrorFields

  /** @param code A name such as `VIR_ERR_NO_DOMAIN`. @param domain virErrorDomain; 10 is QEMU. */
  constructor(code: string, message: string, fields: Partial<DaemonErrorFields> = {}) {
    super(message)
    this.fields = {
      number: errorCodeNumber(code) ?? 1,
      domain: 10,
      message,
      level: 2,
      str1: message,
      str2: undefined,
      str3: undefined,
      int1: -1,
      int2: -1,
      ...fields,
    }
  }
}
