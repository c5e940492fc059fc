import type { DaemonErrorFields } from '../errors.ts'
import type { XdrReader } from '../xdr/xdr-reader.ts'
import type { XdrWriter } from '../xdr/xdr-writer.ts'

// remote_error carries a domain and a network that no daemon fills in today; they are read to find the fields behind them.

export const readRemoteError = (reader: XdrReader): DaemonErrorFields => {
  const number = reader.int()
  const domain = reader.int()
  const message = reader.optional((r) => r.string())
  const level = reader.int()
  reader.optional((r) => ({ name: r.string(), uuid: r.uuid(), id: r.int() }))
  const str1 = reader.optional((r) => r.string())
  const str2 = reader.optional((r) => r.string())
  const str3 = reader.optional((r) => r.string())
  const int1 = reader.int()
  const int2 = reader.int()
  reader.optional((r) => ({ name: r.string(), uuid: r.uuid() }))
  return { number, domain, message: message ?? 'an error without a message', level, str1, str2, str3, int1, int2 }
}

export const writeRemoteError = (writer: XdrWriter, error: DaemonErrorFields): void => {
  const optionalString = (value: string | undefined): void => {
    writer.optional(value, (w, text) => {
      w.string(text)
    })
  }
  writer.int(error.number).int(error.domain)
  optionalString(error.message)
  writer.int(error.level).u32(0)
  optionalString(error.str1)
  optionalString(error.str2)
  optionalString(error.str3)
  writer.int(error.int1).int(error.int2).u32(0)
}
