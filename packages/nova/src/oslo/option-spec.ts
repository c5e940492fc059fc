/** How oslo.config reads an option's text. */
export type OptionType =
  | { readonly kind: 'string'; readonly choices?: readonly string[] }
  | { readonly kind: 'integer'; readonly min?: number; readonly max?: number }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'list' }
  /** Each time it is set adds one. */
  | { readonly kind: 'multi-string' }

/** An option as a service registers it. */
export interface OptionSpec {
  /** `DEFAULT`, or a group's name in lower case. */
  readonly group: string
  readonly name: string
  readonly type: OptionType
  /** As it would be written in a file; none when absent. */
  readonly defaultText?: string
  readonly deprecatedNames?: readonly { readonly group?: string; readonly name?: string }[]
}

/** What an option's value is once it was read; null is Python's None. */
export type OptionValue = string | number | boolean | null | readonly string[]
