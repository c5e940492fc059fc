/** What stands in the address of a page: what is looked for, so that it can be sent to somebody else. */
export interface ListSearch {
  readonly q?: string
  readonly page?: number
}

export interface PlanSearch {
  readonly guest?: string
  readonly to?: string
}

export interface DrainPlanSearch {
  readonly host?: string
}

type Given = Readonly<Record<string, unknown>>

function listSearch(given: Given): ListSearch {
  const page = Number(given['page'])
  return {
    ...textOf(given, 'q'),
    ...(Number.isInteger(page) && page > 1 ? { page } : {}),
  }
}

export const fleetSearch = listSearch
export const historySearch = listSearch

export const planSearch = (given: Given): PlanSearch => ({ ...textOf(given, 'guest'), ...textOf(given, 'to') })

export const drainPlanSearch = (given: Given): DrainPlanSearch => textOf(given, 'host')

function textOf<Key extends string>(given: Given, key: Key): { readonly [K in Key]?: string } {
  const value = given[key]
  // One key, as its type says.
  return (typeof value === 'string' && value !== '' ? { [key]: value } : {}) as { readonly [K in Key]?: string }
}
