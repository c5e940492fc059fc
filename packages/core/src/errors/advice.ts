/** What can be done next here: a face words it as a command line, an address, a button. */
export type NextAction =
  | { readonly action: 'watch'; readonly guest: string }
  /** Of any guest where it is null. */
  | { readonly action: 'migrate'; readonly guest: string | null }
  /** All of them where it is null. */
  | { readonly action: 'report'; readonly migration: string | null }
  | { readonly action: 'confirm' | 'revert'; readonly migration: string }
  | { readonly action: 'list-guests' }
  /** There is none yet, and none in that file, which is looked for. */
  | { readonly action: 'name-hosts'; readonly defaultFile: string }
  | { readonly action: 'use-hosts-file'; readonly path: string }
  | { readonly action: 'leave-out'; readonly setting: 'compression' | 'parallel' }

/** What to do next: plain words, or words with actions between them. */
export type Advice = string | readonly (string | NextAction)[]

/** advise`Let it finish: ${{ action: 'watch', guest }}`; names go in as they are. */
export function advise(texts: TemplateStringsArray, ...between: readonly (string | NextAction)[]): Advice {
  const parts: (string | NextAction)[] = []
  for (const part of texts.flatMap((text, index) => [text, between[index] ?? ''])) {
    const last = parts.at(-1)
    if (typeof part !== 'string') parts.push(part)
    else if (typeof last === 'string') parts[parts.length - 1] = last + part
    else if (part !== '') parts.push(part)
  }
  return parts
}

/** In words, with `word` for the actions. */
export const adviceText = (advice: Advice, word: (action: NextAction) => string): string =>
  typeof advice === 'string' ? advice : advice.map((part) => (typeof part === 'string' ? part : word(part))).join('')
