import type { LandfallError } from '@landfall/core'
import { serverError } from '../../errors.ts'
import { placeInToml } from './toml-place.ts'

/** A configuration file while it is read. */
export interface ConfigText {
  readonly path: string
  readonly text: string
}

export type KeyPath = readonly (string | number)[]

/** `landfall.toml: line 3, column 1: server.listen: ...`, and what to do next. */
export const configProblem = (
  file: ConfigText,
  keys: KeyPath,
  what: string,
  next: string,
  cause?: unknown,
): LandfallError =>
  serverError('bad-config', `${placeWords(file, keys)}${keys.join('.') || 'the file'}: ${what}`, next, cause)

/** `landfall.toml: line 3, column 1: `, as near as it can be found. */
export function placeWords({ path, text }: ConfigText, keys: KeyPath): string {
  const place = placeInToml(text, keys)
  return place === null ? `${path}: ` : `${path}: line ${place.line}, column ${place.column}: `
}
