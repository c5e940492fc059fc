import { useEffect, useId, useRef, useState } from 'react'
import type { ReactNode } from 'react'
import { ErrorNotice } from './notice.tsx'

export interface ConfirmProps {
  readonly label: string
  readonly title: string
  /** What it does to the guest, before it is done. */
  readonly consequence: ReactNode
  readonly doIt: () => Promise<void>
  /** Why it cannot be done now; null where it can. */
  readonly denied: string | null
  /** The element that says so for several buttons; each says it for itself where absent. */
  readonly deniedBy?: string | undefined
  readonly tone?: 'first' | 'danger' | undefined
}

/** A button for what cannot be taken back: what it does is said first. Where it cannot be pressed it says why. */
export function Confirm({ label, title, consequence, doIt, denied, deniedBy, tone }: ConfirmProps) {
  const [open, setOpen] = useState(false)
  const own = useId()
  const why = deniedBy ?? own
  return (
    <>
      <button
        type="button"
        className={tone}
        aria-disabled={denied !== null}
        aria-describedby={denied === null ? undefined : why}
        onClick={() => denied === null && setOpen(true)}
      >
        {label}
      </button>
      {denied !== null && deniedBy === undefined && (
        <span id={own} className="dim">
          {denied}
        </span>
      )}
      {open && <Question {...{ label, title, consequence, doIt, tone }} onClose={() => setOpen(false)} />}
    </>
  )
}

type QuestionProps = Omit<ConfirmProps, 'denied' | 'deniedBy'> & { readonly onClose: () => void }

function Question({ label, title, consequence, doIt, tone, onClose }: QuestionProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const heading = useId()
  useEffect(() => dialog.current?.showModal(), [])
  const act = async (): Promise<void> => {
    setBusy(true)
    setError(null)
    try {
      await doIt()
      onClose()
    } catch (failed) {
      setError(failed)
      setBusy(false)
    }
  }
  return (
    <dialog
      ref={dialog}
      aria-labelledby={heading}
      // What was asked for goes on, and where it fails that is told here. A second Escape closes it all the same: it is opened again.
      onCancel={(event) => busy && event.preventDefault()}
      onClose={() => (busy ? dialog.current?.showModal() : onClose())}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (!busy) void act()
        }}
      >
        <h2 id={heading}>{title}</h2>
        <div>{consequence}</div>
        {error !== null && <ErrorNotice error={error} />}
        <div className="actions">
          <button type="submit" className={tone} aria-disabled={busy}>
            {busy ? 'Asking …' : label}
          </button>
          <button type="button" aria-disabled={busy} onClick={() => !busy && dialog.current?.close()}>
            Leave it
          </button>
        </div>
      </form>
    </dialog>
  )
}
