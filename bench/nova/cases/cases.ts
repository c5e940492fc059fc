import type { Case } from '../case.ts'
import { cold } from './cold.ts'
import { drain } from './drain.ts'
import { broken } from './faults.ts'
import { landing } from './landing.ts'
import { many } from './many.ts'
import { people } from './people.ts'
import { repair } from './repair.ts'
import { service } from './service.ts'
import { several } from './several.ts'

/** Every case by its name. */
export const cases: Readonly<Record<string, Case>> = {
  ...landing,
  ...people,
  ...cold,
  ...many,
  ...several,
  ...drain,
  ...broken,
  ...repair,
  ...service,
}
