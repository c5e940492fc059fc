import { readFile } from 'node:fs/promises'
import { connectTo, readCloudConfig } from '@landfall/openstack'
import type { ConnectOptions, OpenStack } from '@landfall/openstack'
import { LabError } from '../errors.ts'
import { labPaths } from '../paths.ts'
import { requireState } from '../state.ts'
import type { LabState } from '../state.ts'

/** The cloud of a laboratory with Nova, for its administrator. */
export const openCloud = async (lab = 'default', options: ConnectOptions = {}): Promise<OpenStack> =>
  cloudOf(requireState(lab), options)

/** As `openCloud`, also before the laboratory is up. */
export async function cloudOf(
  { name, nova }: Pick<LabState, 'name' | 'nova'>,
  options: ConnectOptions = {},
): Promise<OpenStack> {
  if (!nova)
    throw new LabError('lab-without-nova', `laboratory "${name}" has no Nova; take it down, and up with --nova`)
  const { directory, cloudsFile } = labPaths(name)
  // Its own file alone: what this machine's users keep is of other clouds.
  const config = await readCloudConfig(
    { cloud: name },
    {
      environment: {},
      workingDirectory: directory,
      homeDirectory: directory,
      read: async (path) => (path === cloudsFile ? readFile(path, 'utf8') : null),
    },
  )
  return connectTo(config, options)
}
