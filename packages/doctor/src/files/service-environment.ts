const name = 'OS_[A-Z][A-Z0-9_]*?__[A-Z0-9_]+'
/**
 * `OS_GROUP__OPTION=VALUE`, as oslo.config looks for it: in a unit's `Environment=`, where a whole assignment may be quoted
 * (`Environment="OS_A__B=x y"`), or in a file of such lines.
 */
const assignment = new RegExp(
  String.raw`"(${name})=([^"]*)"|'(${name})=([^']*)'|(${name})=(?:"([^"]*)"|'([^']*)'|([^\s"']*))`,
  'g',
)

/** Whether oslo.config looks for a variable of that name. */
export const isOfOslo = (variable: string): boolean => new RegExp(`^${name}$`).test(variable)

/** What a unit file or an environment file sets for oslo.config; commented lines count for nothing. */
export function environmentIn(text: string): Readonly<Record<string, string>> {
  const set: Record<string, string> = {}
  for (const line of text.split('\n')) {
    if (/^\s*[#;]/.test(line)) continue
    for (const [, a, inA, b, inB, c, ...inC] of line.matchAll(assignment))
      set[a ?? b ?? c ?? ''] = inA ?? inB ?? inC.find((each) => each !== undefined) ?? ''
  }
  return set
}
