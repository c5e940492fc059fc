import { spawn } from 'node:child_process'
import { readFile, readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { FakeLibvirtd, remote } from '../src/testing/fake-libvirtd.ts'
import { guest } from './session.ts'

interface Example {
  printed: string
  readonly interrupt: () => void
  readonly ended: Promise<number | null>
}

const start = (name: string, ...args: readonly string[]): Example => {
  const path = fileURLToPath(new URL(`../examples/${name}`, import.meta.url))
  const child = spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const example: Example = {
    printed: '',
    interrupt: () => child.kill('SIGINT'),
    ended: new Promise((resolve) => {
      child.once('close', resolve)
    }),
  }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    example.printed += text
  })
  return example
}

const daemonWithGuest = async (): Promise<FakeLibvirtd> => {
  const daemon = await FakeLibvirtd.listen()
  onTestFinished(() => daemon[Symbol.asyncDispose]())
  daemon.respond(remote.connectGetHostname, () => ({ hostname: 'host1' }))
  daemon.respond(remote.connectListAllDomains, () => ({ domains: [guest], ret: 1 }))
  daemon.respond(remote.domainLookupByName, () => ({ dom: guest }))
  daemon.respond(remote.domainGetState, () => ({ state: 1, reason: 1 }))
  return daemon
}

it('the list example lists', async () => {
  const daemon = await daemonWithGuest()
  const example = start('list.ts', daemon.uri)
  expect(await example.ended).toBe(0)
  expect(example.printed).toBe('host1:\n  guest1  running (booted)\n')
})

it('the watch example watches until it is interrupted', async () => {
  const daemon = await daemonWithGuest()
  const example = start('watch.ts', daemon.uri)
  await expect.poll(() => example.printed, { timeout: 10_000 }).toContain('watching, callback 0')
  daemon.sendEvent(remote.domainEventLifecycle, { callbackID: 0, dom: guest, event: 5, detail: 1 })
  await expect.poll(() => example.printed, { timeout: 10_000 }).toContain('guest1: stopped (destroyed)')
  example.interrupt()
  expect(await example.ended).toBe(0)
  expect(daemon.callsOf(remote.connectDomainEventCallbackDeregisterAny)).toEqual([{ callbackID: 0 }])
})

it('the migrate example migrates', async () => {
  const daemon = await daemonWithGuest()
  // Ahead of a reply on the connection that watches, so that it is surely seen before the end.
  daemon.respond(remote.domainMigrateSetMaxDowntime, (_args, { client }) => {
    client.sendEvent(remote.domainEventMigrationIteration, { callbackID: 0, dom: guest, iteration: 1 })
    return undefined
  })
  daemon.respond(remote.domainMigratePerform3Params, () => ({ cookieOut: new Uint8Array() }))
  const example = start('migrate.ts', daemon.uri, 'guest1', 'qemu+tcp://host2/system')
  expect(await example.ended).toBe(0)
  expect(example.printed).toBe('pass 1\nguest1 runs on qemu+tcp://host2/system\n')
  expect(daemon.callsOf(remote.domainMigratePerform3Params)).toMatchObject([
    { dom: guest, dconnuri: 'qemu+tcp://host2/system', flags: 27 },
  ])
})

it('no example is longer than twenty lines', async () => {
  const directory = new URL('../examples/', import.meta.url)
  for (const name of await readdir(directory)) {
    const lines = (await readFile(new URL(name, directory), 'utf8')).trimEnd().split('\n')
    expect(lines.length).toBeLessThanOrEqual(20)
  }
})
