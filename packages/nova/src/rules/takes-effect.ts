import { novaOptions } from '../options/schema.ts'
import type { Release } from '../options/release.ts'

/** `reload` (SIGHUP) where Nova takes all of these while it runs, in all of these releases; else `restart`. */
export function takesEffect(
  options: readonly { readonly group: string; readonly name: string }[],
  oldest: Release,
  newest: Release = oldest,
): 'restart' | 'reload' {
  const all = options.every(({ group, name }) => {
    const mutable = novaOptions.find((each) => each.group === group && each.name === name)?.mutable ?? null
    return mutable !== null && mutable.from <= oldest && mutable.to >= newest
  })
  return all ? 'reload' : 'restart'
}
