import { homedir } from 'node:os'
import { LandfallError } from '@landfall/core'
import { serverError } from '../errors.ts'
import type { NovaApi, OpenNova } from './nova.ts'

/** Which cloud's Nova owns the instances: what `[openstack]` of the configuration file says. */
export interface CloudChoice {
  /** Of clouds.yaml; as openstacksdk chooses where null: OS_CLOUD, OS_*, the only one there is. */
  readonly cloud: string | null
  /** In place of those that are looked for. */
  readonly cloudsFile: string | null
}

/** Reads the cloud's configuration and loads its client when Nova is needed first: most commands need neither. */
export function openNova(
  choice: CloudChoice | null,
  environment: Readonly<Record<string, string | undefined>>,
): OpenNova {
  let opened: Promise<NovaApi> | null = null
  const open = async (): Promise<NovaApi> => {
    const [{ connectTo, readCloudConfig, thisMachine, OpenStackClientError }, { asOurs, novaApi }] = await Promise.all([
      import('@landfall/openstack'),
      import('./nova-api.ts'),
    ])
    const { cloud, cloudsFile } = choice ?? { cloud: null, cloudsFile: null }
    const named = cloudsFile === null ? {} : { OS_CLIENT_CONFIG_FILE: cloudsFile }
    const source = {
      ...thisMachine(),
      homeDirectory: environment['HOME'] ?? homedir(),
      environment: { ...environment, ...named },
    }
    try {
      const config = await readCloudConfig(cloud === null ? {} : { cloud }, source)
      return novaApi(config.name, await connectTo(config))
    } catch (error) {
      if (error instanceof OpenStackClientError && error.code === 'OPENSTACK_NO_CLOUD' && cloud === null)
        throw notConfigured(error)
      throw asOurs(cloud ?? '', 'to let us in', error)
    }
  }
  return () => {
    opened ??= open().catch((error: unknown) => {
      // Asked again: a file may be there by then.
      opened = null
      throw error
    })
    return opened
  }
}

/** Where nobody is to be asked. */
export const noNova: OpenNova = () => Promise.reject(notConfigured())

/** Nova, which is asked because of one of its instances: where nobody can, that is said with it. */
export async function novaFor(instance: string, open: OpenNova): Promise<NovaApi> {
  try {
    return await open()
  } catch (error) {
    if (!(error instanceof LandfallError) || error.code !== 'nova-not-configured') throw error
    const { message, next } = error
    throw new LandfallError(error.code, `${instance} is an instance of OpenStack Nova, and ${message}`, {
      ...(next === undefined ? {} : { next }),
      cause: error,
    })
  }
}

export function notConfigured(cause?: unknown): LandfallError {
  return serverError(
    'nova-not-configured',
    "it is not known how to reach OpenStack's cloud",
    'Name the cloud: [openstack] with cloud = "NAME" in the hosts file and a clouds.yaml, or OS_CLOUD, or OS_AUTH_URL and the like',
    cause,
  )
}
