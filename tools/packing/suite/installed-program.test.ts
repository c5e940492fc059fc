import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { FakeLibvirtd, remote } from '@landfall/libvirt/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { packagesFolder } from '../places.ts'
import { readManifest } from '../build-package.ts'
import type { Ran } from './workshop.ts'
import { Folder, nodes, run, tarballs } from './workshop.ts'

const prefix = new Folder()
const daemon = await FakeLibvirtd.listen()
afterAll(async () => {
  prefix[Symbol.dispose]()
  await daemon[Symbol.asyncDispose]()
})

beforeAll(async () => {
  await run('npm', ['install', '--global', '--prefer-offline', '--prefix', prefix.path, ...tarballs()])
  daemon.respond(remote.connectGetHostname, () => ({ hostname: 'node1' }))
  daemon.respond(remote.connectGetVersion, () => ({ hvVer: 10_000_000n }))
  daemon.respond(remote.nodeGetMemoryStats, ({ nparams }) => ({ params: [], nparams: nparams === 0 ? 0 : nparams }))
  daemon.respond(remote.connectListAllDomains, () => ({ domains: [], ret: 0 }))
  daemon.respond(remote.connectNumOfDomains, () => ({ num: 0 }))
  prefix.write('logs/host1/nova.conf', '[libvirt]\nlive_migration_permit_auto_converge = true # yes\n')
})

const landfall = (node: string, ...words: readonly string[]): Promise<Ran> =>
  run(join(prefix.path, 'bin/landfall'), words, {
    cwd: prefix.path,
    node,
    mayFail: true,
    environment: { LANDFALL_STATE: join(prefix.path, 'state') },
  })

describe.each(nodes)('installed for everyone, with Node %s', (_release, node) => {
  test('it says its version, which is that of the package', async () => {
    const { version } = readManifest(join(packagesFolder, 'cli'))
    expect(await landfall(node, '--version')).toEqual({ exitCode: 0, out: `${version}\n`, err: '' })
  })

  test('the doctor reads a folder', async () => {
    const { exitCode, out } = await landfall(node, 'doctor', 'logs')
    expect(exitCode).toBe(8)
    expect(out).toMatch(/logs\/host1\/nova\.conf:2: .*there are no comments behind a value/)
  })

  test('hosts are asked over a socket', async () => {
    const { exitCode, out, err } = await landfall(node, 'hosts', '--json', '--host', `host1=${daemon.uri}`)
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: expect.stringMatching(/^hosts: host1 .*\n$/) })
    expect(JSON.parse(out)).toMatchObject([{ name: 'host1', hostname: 'node1' }])
  })

  test('the store opens, and nothing is said of SQLite', async () => {
    const { exitCode, err } = await landfall(node, 'report')
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: 'no migration has ended yet\n' })
  })

  test('the laboratory is said to come with a checkout', async () => {
    const { exitCode, err } = await landfall(node, 'lab', 'status')
    expect(exitCode).toBe(2)
    expect(err).toContain('It comes with a checkout of the repository')
  })
})

test('the packages say which Node they need, and the program refuses an older one with the same words', () => {
  const { engines } = readManifest(join(packagesFolder, 'cli'))
  expect(engines).toEqual({ node: '^22.16.0 || >=24' })
  expect(readFileSync(join(packagesFolder, 'cli/bin/installed.mjs'), 'utf8')).toContain('22.16 or newer of Node.js 22')
})
