/** The files of the wanted modules in the order to load them, out of the text of modules.dep. */
export function modulesToLoad(modulesDep: string, wanted: readonly string[]): string[] {
  const needs = new Map<string, readonly string[]>()
  for (const line of modulesDep.split('\n')) {
    const [file, rest] = line.split(':')
    if (file !== undefined && rest !== undefined) needs.set(file, rest.trim().split(/\s+/).filter(Boolean))
  }
  const order: string[] = []
  for (const name of wanted) {
    const file = [...needs.keys()].find((path) => new RegExp(`/${name}\\.ko(?:\\.\\w+)?$`).test(path))
    // Not in modules.dep: built into the kernel.
    if (file === undefined) continue
    // modules.dep lists what a module needs with the deepest need last.
    for (const path of (needs.get(file) ?? []).toReversed().concat(file)) if (!order.includes(path)) order.push(path)
  }
  return order
}
