import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { TarError, TarReader } from './tar-reader.ts'

const folder = mkdtempSync(join(tmpdir(), 'landfall-tar-'))
afterAll(() => rmSync(folder, { recursive: true }))

const long = `${'a-long-folder-name/'.repeat(12)}nova-compute.log`
const files: Readonly<Record<string, string>> = {
  'etc/nova/nova.conf': '[libvirt]\n',
  'empty.log': '',
  'exactly.log': 'x'.repeat(512),
  [long]: 'y'.repeat(100_000),
  'ünï.log': 'z\n',
}
for (const [name, text] of Object.entries(files)) {
  mkdirSync(dirname(join(folder, name)), { recursive: true })
  writeFileSync(join(folder, name), text)
}
const tar = (format: string): Buffer =>
  execFileSync('tar', ['-C', folder, `--format=${format}`, '-cf', '-', 'etc', ...Object.keys(files).slice(1)])

async function untar(stream: Buffer, pieceBytes: number): Promise<Record<string, string>> {
  const seen: Record<string, string> = {}
  let now = ''
  const reader = new TarReader({
    begin: (name) => {
      now = name
      seen[now] = ''
    },
    data: (bytes) => {
      seen[now] += bytes.toString('latin1')
    },
    end: () => {
      now = ''
    },
  })
  for (let at = 0; at < stream.length; at += pieceBytes) await reader.write(stream.subarray(at, at + pieceBytes))
  reader.end()
  return seen
}

const cuts = [1, 511, 512, 65_536, 1_000_000]

test.each(['gnu', 'posix'].flatMap((format) => cuts.map((cut) => [format, cut] as const)))(
  "every file of GNU tar's %s format, the stream cut every %i bytes",
  async (format, cut) => {
    expect(await untar(tar(format), cut)).toEqual(files)
  },
)

test('a stream that breaks off, or is none, is told', async () => {
  await expect(untar(tar('gnu').subarray(0, 5000), 4096)).rejects.toThrow(TarError)
  await expect(untar(Buffer.from('Welcome to host1!\n'.repeat(100)), 4096)).rejects.toThrow('no tar stream')
})
