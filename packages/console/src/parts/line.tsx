export interface LineProps {
  readonly text: string
  /** Names, which stay as they are written. */
  readonly names: readonly (string | null)[]
  readonly tone?: 'warn' | 'bad' | ''
}

/** What there is to say, in one line; it begins like a sentence, unless it begins with a name. */
export function Line({ text, names, tone = '' }: LineProps) {
  const isName = names.some((name) => name !== null && name !== '' && text.startsWith(name))
  return <p className={`line ${isName ? '' : 'sentence'} ${tone}`}>{text}</p>
}
