/** A `$name` that stands for nothing. */
export class SubstitutionError extends Error {}

// Python's string.Template with oslo.config's idpattern: $$ escapes, $name and ${name} are replaced, any other $ stays.
const template = /\$(?:(\$)|([_a-z][._a-z0-9]*)|\{([_a-z][._a-z0-9]*)\})/gi

/**
 * Puts in what `$name` and `${name}` stand for. `\$` is a dollar sign too.
 *
 * @throws SubstitutionError as `refer` does
 */
export function substitute(text: string, refer: (name: string) => string): string {
  return text
    .replaceAll(String.raw`\$`, '$$$$')
    .replaceAll(template, (_whole, escaped?: string, named?: string, braced?: string) =>
      escaped === undefined ? refer(named ?? braced ?? '') : '$',
    )
}
