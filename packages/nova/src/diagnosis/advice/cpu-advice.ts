import type { Release } from '../../options/release.ts'
import type { WrittenByHost } from './written-options.ts'

/** From this release on the comparison can be left out. */
const skipSince: Release = 26
/** From this release on a list of models may be given; before it, one. */
const modelsSince: Release = 20

/** What the files at hand say about a CPU that was refused; nothing where they are not known. */
export function cpuAdvice(
  written: WrittenByHost,
  releases: { readonly oldest: Release; readonly newest: Release } | null,
): string[] {
  const hosts = [...written]
  const option = releases !== null && releases.newest < modelsSince ? 'cpu_model' : 'cpu_models'
  const name =
    releases !== null && releases.oldest < modelsSince && option === 'cpu_models'
      ? 'cpu_models (cpu_model before Train)'
      : option
  const model = `cpu_mode = custom with ${name} = the oldest model that all hosts have (virsh domcapabilities), in [libvirt] on all hosts; restart nova-compute, then shut each guest off and start it: until then it keeps the CPU that it has`
  const modes = new Map(
    hosts.map(([host, set]) => [
      host,
      ['cpu_mode', 'cpu_model', 'cpu_models', 'cpu_model_extra_flags']
        .map((each) => set.get(`libvirt.${each}`)?.value ?? '')
        .join('|'),
    ]),
  )
  const alike = hosts.length > 1 && new Set(modes.values()).size === 1
  const skip = hosts.map(([, set]) => set.get('workarounds.skip_cpu_compare_on_dest'))
  const on = skip.some((each) => /^(?:true|1|yes|on)$/i.test(each?.value ?? ''))
  const off = skip.find((each) => each !== undefined)
  if (alike && !on && (releases === null || releases.newest >= skipSince)) {
    const where = off === undefined ? '' : ` (it is off at ${off.place})`
    return [
      `the files of these ${hosts.length} hosts say the same about the CPU: where the hosts are alike too, it is Nova's own comparison that is wrong (bug 2039803). Try skip_cpu_compare_on_dest = true in [workarounds] on the destinations first${where}, from Zed on: libvirt checks by itself when the migration starts (QEMU 2.9, libvirt 4.4). Otherwise: ${model}`,
    ]
  }
  const differ =
    hosts.length > 1 && !alike
      ? `; they differ here: ${[...modes]
          .map(([host, mode]) => `${host} ${mode.split('|').filter(Boolean).join(' ') || 'default'}`)
          .slice(0, 6)
          .join(', ')}`
      : ''
  return [`${model}${differ}`]
}
