import { useNavigate } from '@tanstack/react-router'
import { useEffect, useId, useRef, useState } from 'react'

export interface SearchProps {
  readonly value: string
  readonly label: string
  readonly keys: readonly string[]
  /** Keys that were typed and mean nothing here. */
  readonly unknown: readonly string[]
}

/** What is looked for, kept in the address. `/` leads to it, the arrows from it into the list. */
export function Search({ value, label, keys, unknown }: SearchProps) {
  const known = keys.map((key) => `${key}:`).join(' ')
  const problem = unknown.length === 0 ? null : `Not known: ${unknown.join(', ')}. There are ${known}`
  const navigate = useNavigate()
  const input = useRef<HTMLInputElement>(null)
  const [text, setText] = useState(value)
  const told = useId()
  // The address may be changed by a link as well; while somebody types it is only behind.
  useEffect(() => {
    if (document.activeElement !== input.current) setText(value)
  }, [value])
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const typing = event.target instanceof HTMLElement && /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)
      if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault()
        input.current?.focus()
      }
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') moveInList(event)
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
  const change = (next: string): void => {
    setText(next)
    void navigate({ to: '.', search: next === '' ? {} : { q: next }, replace: true })
  }
  return (
    <label className="search">
      <span className="unseen">{label}</span>
      <input
        ref={input}
        type="search"
        value={text}
        placeholder={`${label}: words, or ${known}   ( / )`}
        aria-describedby={problem === null ? undefined : told}
        aria-invalid={problem !== null}
        autoComplete="off"
        spellCheck={false}
        onChange={({ target }) => change(target.value)}
      />
      {problem !== null && (
        <span id={told} className="bad">
          {problem}
        </span>
      )}
    </label>
  )
}

/** Between the links of a list's rows, and from the search into them. */
function moveInList(event: KeyboardEvent): void {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')]
  const at = rows.findIndex((row) => row === document.activeElement)
  const fromSearch = document.activeElement instanceof HTMLInputElement && document.activeElement.type === 'search'
  if (at === -1 && !fromSearch) return
  const next = rows[event.key === 'ArrowDown' ? at + 1 : Math.max(0, at - 1)]
  if (next === undefined) return
  event.preventDefault()
  next.focus()
}
