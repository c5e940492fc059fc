/** `OS_GROUP__OPTION=VALUE`, as oslo.config looks for it: in a unit's `Environment=`, or in a file of such lines. */
const assignment = /(OS_[A-Z][A-Z0-9_]*?__[A-Z0-9_]+)=(?:"([^"]*)"|'([^']*)'|([^\s"']*))/g

/** What a unit file or an environment file sets for oslo.config; commented lines count for nothing. */
export function environmentIn(text: string): Readonly<Record<string, string>> {
  const set: Record<string, string> = {}
  for (const line of text.split('\n')) {
    if (/^\s*[#;]/.test(line)) continue
    // A whole assignment may be quoted: Environment="OS_A__B=x y".
    const whole = /["'](OS_[A-Z][A-Z0-9_]*?__[A-Z0-9_]+)=([^"']*)["']/.exec(line)
    if (whole !== null) set[whole[1] ?? ''] = whole[2] ?? ''
    else for (const [, name = '', a, b, c] of line.matchAll(assignment)) set[name] = a ?? b ?? c ?? ''
  }
  return set
}
