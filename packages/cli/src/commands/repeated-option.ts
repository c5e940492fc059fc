import { Option } from 'commander'

/** An option that may be given several times: what it was given fills one list. */
export function repeatedOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser((value: string, earlier: readonly string[] | undefined) => [
    ...(earlier ?? []),
    value,
  ])
}
