import type { PlanUpdate } from '@landfall/api'

/** What every guest's plan tells alike is told once; its steps are those of the whole. */
export function ofTheWhole(onUpdate: (update: PlanUpdate) => void): (update: PlanUpdate) => void {
  const told = new Set<string>()
  return (update) => {
    if (update.kind === 'step') return
    const text = JSON.stringify({ ...update, at: 0 })
    if (!told.has(text)) onUpdate(update)
    told.add(text)
  }
}
