import { onTestFinished } from 'vitest'
import type { OpenStack } from '../src/index.ts'
import { connectTo, readCloudConfig } from '../src/index.ts'
import { FakeCloud } from '../src/testing.ts'

/** Connects as the environment of that cloud says. */
export async function connected(cloud: FakeCloud, more: Record<string, string> = {}): Promise<OpenStack> {
  const source = {
    environment: { ...cloud.environment, ...more },
    workingDirectory: '/',
    homeDirectory: '/',
    read: () => Promise.resolve(null),
  }
  return connectTo(await readCloudConfig({}, source))
}

export async function fakeCloud(): Promise<FakeCloud> {
  const cloud = await FakeCloud.listen()
  onTestFinished(() => cloud[Symbol.asyncDispose]())
  return cloud
}
