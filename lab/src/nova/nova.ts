import { writeFile } from 'node:fs/promises'
import { labPaths } from '../paths.ts'
import type { RootRecipe } from '../root/root-recipe.ts'
import type { WorkOptions } from '../root/root.ts'
import type { LabState } from '../state.ts'
import { startComputes } from './computes.ts'
import { startControl } from './control.ts'
import { cloudsFileText } from './control-files.ts'
import { preparedKey } from './prepared.ts'

/** Starts an OpenStack in the hub and on every host; returns when servers can be booted. It ends with its places. */
export async function startNova(state: LabState, { id }: RootRecipe, work: WorkOptions): Promise<void> {
  await writeFile(labPaths(state.name).cloudsFile, cloudsFileText(state.name, state.network.hubAddress))
  await startControl(state, await preparedKey(id), work)
  await startComputes(state, work)
}
