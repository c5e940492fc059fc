/**
 * OpenStack's words, pure: configuration as oslo.config reads it.
 *
 * @module
 */
export type { ConfigFinding, FindingsInput } from './oslo/findings.ts'
export { configFindings } from './oslo/findings.ts'
export type { OptionSpec, OptionType, OptionValue } from './oslo/option-spec.ts'
export { ConfigFileError, readOslo } from './oslo/read-oslo.ts'
export type { ConfigSource, Origin, OsloInput, Reading } from './oslo/read-oslo.ts'
