import { basename } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Folder, nodes, pinned, run, tarballs } from './workshop.ts'

/** Asks a daemon that speaks libvirt's real bytes over a socket. */
const listsGuests = `
await using daemon = await FakeLibvirtd.listen()
daemon.respond(remote.connectGetHostname, () => ({ hostname: 'host1' }))
await using host = await connect(daemon.uri)
console.log(await host.getHostname(), host.libVersion)
`
const libraries = ['api', 'core', 'doctor', 'libvirt', 'nova', 'server'].map((name) => `@landfall/${name}`)

const javaScript = new Folder()
const typeScript = new Folder()
afterAll(() => {
  javaScript[Symbol.dispose]()
  typeScript[Symbol.dispose]()
})

describe('an empty JavaScript project', () => {
  beforeAll(async () => {
    javaScript.write('package.json', JSON.stringify({ private: true, type: 'module' }))
    await run('npm', ['install', '--prefer-offline', ...tarballs()], { cwd: javaScript.path })
    // Plain JavaScript for every Node: "await using" is not in Node 22.
    javaScript.write(
      'list.js',
      `import { connect } from '@landfall/libvirt'
import { FakeLibvirtd, remote } from '@landfall/libvirt/testing'
${listsGuests.replaceAll('await using', 'const')}
await host.close()
await daemon[Symbol.asyncDispose]()`,
    )
    javaScript.write(
      'all.js',
      libraries.map((name) => `console.log(Object.keys(await import('${name}')).length > 0)`).join('\n'),
    )
    javaScript.write('common.cjs', "console.log(typeof require('@landfall/libvirt').connect)")
  })

  test.each(nodes)('Node %s talks to a libvirt daemon', async (_release, node) => {
    expect(await run(node, ['list.js'], { cwd: javaScript.path })).toMatchObject({ out: 'host1 11003000\n', err: '' })
  })

  test.each(nodes)('Node %s imports every library', async (_release, node) => {
    const { out } = await run(node, ['all.js'], { cwd: javaScript.path })
    expect(out).toBe('true\n'.repeat(libraries.length))
  })

  test.each(nodes)('Node %s requires it from CommonJS', async (_release, node) => {
    expect((await run(node, ['common.cjs'], { cwd: javaScript.path })).out).toBe('function\n')
  })
})

describe('an empty TypeScript project', () => {
  beforeAll(async () => {
    typeScript.write('package.json', JSON.stringify({ private: true, type: 'module' }))
    const compiler = [pinned('typescript'), pinned('@types/node')]
    await run('npm', ['install', '--prefer-offline', ...compiler, ...tarballs()], { cwd: typeScript.path })
    const compilerOptions = {
      module: 'nodenext',
      target: 'es2024',
      strict: true,
      types: ['node'],
      rootDir: 'src',
      outDir: 'out',
      // The declarations themselves are checked, not only what is made of them.
      skipLibCheck: false,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
    }
    typeScript.write('tsconfig.json', JSON.stringify({ compilerOptions, include: ['src'] }))
    typeScript.write(
      'src/list.ts',
      `import { connect, type Connection } from '@landfall/libvirt'
import { FakeLibvirtd, remote } from '@landfall/libvirt/testing'
${listsGuests}
const again: Connection = host
// @ts-expect-error: a port is no URI. The types are really there.
export const wrong = () => connect(16509)
export const name: Promise<string> = again.getHostname()
await name`,
    )
    typeScript.write('src/all.ts', libraries.map((name, at) => `export * as all${at} from '${name}'`).join('\n'))
  })

  test('compiles with every declaration checked', async () => {
    const compiled = await run('npm', ['exec', '--', 'tsc'], { cwd: typeScript.path, mayFail: true })
    expect(compiled).toMatchObject({ exitCode: 0, out: '' })
  })

  test.each(nodes)('Node %s runs what came of it', async (_release, node) => {
    expect((await run(node, ['out/list.js'], { cwd: typeScript.path })).out).toBe('host1 11003000\n')
  })
})

test('every library has a tarball', () => {
  const names = tarballs().map((path) => basename(path))
  for (const name of libraries) expect(names.join()).toContain(name.slice(1).replace('/', '-'))
})
