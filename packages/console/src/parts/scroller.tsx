import type { ReactNode } from 'react'

/** A table that may be wider than its place: it is moved sideways there, by keys as well, and the page stays still. */
export const Scroller = ({ label, children }: { label: string; children: ReactNode }) => (
  // Whoever has no mouse reaches what lies beyond the edge by the arrow keys.
  // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
  <div className="table" role="region" aria-label={label} tabIndex={0}>
    {children}
  </div>
)
