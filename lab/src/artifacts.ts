import type { RootRecipe } from './root-recipe.ts'
import type { WorkOptions } from './root.ts'
import type { LabPaths } from './paths.ts'
export async function buildArtifacts(_r: RootRecipe, root: string, _o: WorkOptions) { return root }
export async function installArtifacts(_a: string, paths: LabPaths) { return { kernel: paths.boot + '/vmlinuz', initrd: paths.boot + '/initrd' } }
