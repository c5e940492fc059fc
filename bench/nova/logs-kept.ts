import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inHost, inHub } from '@landfall/lab'
import type { Shown } from './case.ts'
import type { Instance } from './instance.ts'

type Run = (command: readonly string[]) => Promise<string>

interface Followed {
  /** Under which it is kept. */
  readonly name: string
  readonly file: string
  readonly run: Run
  readonly begins: number
}

/** What Nova, libvirt and QEMU log of one run: of each file what came since it began. */
export class LogsKept {
  readonly #files: readonly Followed[]
  private constructor(files: readonly Followed[]) {
    this.#files = files
  }

  static async begin(lab: string, { domain }: Instance): Promise<LogsKept> {
    const ofHost = ['landfall/nova-compute', 'libvirt/libvirtd', `libvirt/qemu/${domain}`]
    const wanted = [
      ...['nova', 'nova-conductor', 'nova-scheduler'].map((name) => ({ place: 'hub', name, path: `landfall/${name}` })),
      ...['host1', 'host2'].flatMap((place) => ofHost.map((path) => ({ place, name: path.split('/').at(-1), path }))),
    ]
    return new LogsKept(
      await Promise.all(
        wanted.map(async ({ place, name, path }) => {
          const run: Run = (command) => (place === 'hub' ? inHub(lab, command) : inHost(lab, place, command))
          const file = `/var/log/${path}.log`
          const size = await run(['sh', '-c', `wc -c <${file} 2>/dev/null || echo 0`]).catch(() => '0')
          return { name: `${place}-${name}.log`, file, run, begins: Number(size) }
        }),
      ),
    )
  }

  /** Into FOLDER-N, with N the next that is free. */
  async into(folder: string, shown: Shown): Promise<void> {
    let number = 1
    while (existsSync(`${folder}-${number}`)) number++
    const target = `${folder}-${number}`
    mkdirSync(target, { recursive: true })
    writeFileSync(join(target, 'shown.json'), `${JSON.stringify(shown, null, 1)}\n`)
    for (const { name, file, run, begins } of this.#files) {
      const text = await run(['sh', '-c', `tail -c +${begins + 1} ${file} 2>/dev/null || true`]).catch(() => '')
      if (text !== '') writeFileSync(join(target, name), text)
    }
  }
}
