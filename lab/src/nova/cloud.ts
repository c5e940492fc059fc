import { connectTo, readCloudConfig, thisMachine } from '@landfall/openstack'
import type { OpenStack } from '@landfall/openstack'
import { LabError } from '../errors.ts'
import { labPaths } from '../paths.ts'
import { requireState } from '../state.ts'
import type { LabState } from '../state.ts'

/** The cloud of a laboratory with Nova, for its administrator. */
export const openCloud = async (lab = 'default'): Promise<OpenStack> => cloudOf(requireState(lab))

/** As `openCloud`, also before the laboratory is up. */
export async function cloudOf({ name, nova }: Pick<LabState, 'name' | 'nova'>): Promise<OpenStack> {
  if (!nova)
    throw new LabError('lab-without-nova', `laboratory "${name}" has no Nova; take it down, and up with --nova`)
  const source = { ...thisMachine(), environment: { OS_CLIENT_CONFIG_FILE: labPaths(name).cloudsFile } }
  return connectTo(await readCloudConfig({ cloud: name }, source))
}
