import type { ConfigArgument } from '@landfall/nova'

/**
 * The configuration that a unit names on its command line, in its order: `ExecStart=/usr/bin/nova-compute --config-file /etc/nova/nova.conf`.
 * Null where it names none, or where a variable stands in it: then it may name more than is seen.
 *
 * @param texts the unit and what was put over it, those that win last
 */
export function configArgumentsIn(texts: readonly string[]): readonly ConfigArgument[] | null {
  const lines = texts.flatMap((text) => text.replaceAll(/\\\r?\n/g, ' ').split(/\r?\n/))
  const command = lines.findLast((line) => /^\s*ExecStart\s*=\s*\S/.test(line)) ?? ''
  if (/[$%]/.test(command)) return null
  const given = command.replaceAll(/["']/g, ' ').matchAll(/\s--config-(file|dir)(?:=|\s+)(\/\S*)/g)
  const named = Array.from(given, ([, kind, path = '']): ConfigArgument => ({
    kind: kind === 'dir' ? 'directory' : 'file',
    path,
  }))
  return named.length === 0 ? null : named
}
