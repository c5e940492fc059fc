import type { CauseCode } from '../../diagnosis/finding.ts'
import type { LiveSpec } from './live-spec.ts'
import { quick } from './copied-stories.ts'
import type { Causes, LiveStory, Setting } from './story.ts'
import { always, base, guestWithPass, proves, story } from './story.ts'

const preparationErrors = [
  [
    'ImageUnacceptable',
    'Image 80509faa-564e-42b8-9e0f-4cf167084dd2 is unacceptable: Image content does not match disk_format',
  ],
  [
    'VolumeBDMPathNotFound',
    'No volume Block Device Mapping at path: /dev/disk/by-path/ip-10.0.3.4:3260-iscsi-iqn.2010-10.org.openstack:volume-1',
  ],
  [
    'PortBindingFailed',
    'Binding failed for port 0c3c5ba0-6f1c-4bd7-9f4c-5a8a6d4f7a11, please check neutron logs for more information.',
  ],
] as const

const refused = (setting: Setting, beginning: LiveSpec['beginning'], causes: Causes): LiveStory =>
  story({ ...quick(setting).spec, beginning }, causes)

const refusal =
  (anyOf: readonly CauseCode[]): Causes =>
  ({ told }) => ({
    causes: [{ anyOf, provenAt: told.refusal ?? always }],
    mayBe: anyOf,
    outcomeMayBe: ['failed'],
  })

export function preCheck(setting: Setting): LiveStory {
  const { dice, release, level, source } = setting
  const kind = dice.pick(['preparation', 'preparation', 'storage', 'ports'] as const)
  if (kind === 'storage') {
    const error = `${source} is not on shared storage: Shared storage live-migration requires either shared storage or boot-from-volume with no local disks.`
    return refused(
      setting,
      { kind: 'check-refuses', on: 'source', class: 'InvalidSharedStorage', error },
      ({ told }) => ({
        // The refusal does not name its instance; a DEBUG line of the same request does.
        mustBeFound: level === 'DEBUG' && release >= 14,
        causes:
          level === 'DEBUG' && release >= 14 ? [{ anyOf: ['pre-check-failed'], provenAt: told.refusal ?? always }] : [],
        mayBe: ['pre-check-failed'],
        outcomeMayBe: ['failed'],
      }),
    )
  }
  if (kind === 'ports' && release >= 18) {
    return refused(setting, { kind: 'ports-time-out' }, refusal(['pre-check-failed', 'never-started']))
  }
  const [name, error] = dice.pick(preparationErrors)
  return refused(
    setting,
    { kind: 'preparation-fails', class: name, error },
    refusal(['pre-check-failed', ...(name === 'PortBindingFailed' ? (['destination-full'] as const) : [])]),
  )
}

export function destinationFull(setting: Setting): LiveStory {
  const { dice } = setting
  const full: readonly CauseCode[] = ['destination-full', 'pre-check-failed']
  const what = dice.next()
  if (what < 0.6) {
    const spec = quick(setting).spec
    const error = `Migration pre-check error: Unable to migrate ${spec.instance}: Disk of instance is too large(available on destination host:${dice.whole(1, 20)} < need:${dice.whole(30, 90)})`
    return story(
      { ...spec, beginning: { kind: 'check-refuses', on: 'source', class: 'MigrationPreCheckError', error } },
      refusal(full),
    )
  }
  if (what < 0.8) {
    return refused(
      setting,
      { kind: 'preparation-fails', class: 'OSError', error: '[Errno 28] No space left on device' },
      refusal(full),
    )
  }
  const error =
    "Unacceptable CPU info: CPU doesn't have compatibility.\n\n0\n\nRefer to http://libvirt.org/html/libvirt-libvirt-host.html#virCPUCompareResult"
  return refused(setting, { kind: 'check-refuses', on: 'destination', class: 'InvalidCPUInfo', error }, () => ({
    // No line names the instance.
    mustBeFound: false,
    mayBe: full,
    outcomeMayBe: ['failed'],
  }))
}

export function restarted(setting: Setting): LiveStory {
  const { dice, release } = setting
  const [guest, memoryMiB] = guestWithPass(setting, dice.between(120, 300), 0.02, 0.1)
  const gone = release >= 20 && dice.chance(0.5)
  const interventions = { restartAtS: dice.between(40, 110), restartFindsItGone: gone }
  return story({ ...base(setting, guest, memoryMiB), interventions }, ({ told }) => ({
    causes: proves('source-service-restarted', told.restart),
    // Before Train nobody looks after the copy any more: it may end either way.
    outcomeMayBe: ['unknown', 'cancelled'],
    orphanOn: gone ? setting.destination : null,
  }))
}

export function neverStarted(setting: Setting): LiveStory {
  const { dice, release, level } = setting
  const silent = dice.chance(0.5)
  return refused(setting, silent ? { kind: 'goes-silent' } : { kind: 'stays-queued' }, ({ told }) => {
    const at = silent ? told.prepared : told.checked
    return {
      causes:
        at === undefined
          ? []
          : [{ anyOf: silent ? ['never-started'] : ['never-started', 'queued'], provenAt: at + 3_600_000 }],
      mayBe: ['never-started', ...(silent && release >= 18 && level === 'INFO' ? [] : (['queued'] as const))],
      outcome: 'unknown',
      outcomeMayBe: ['running'],
    }
  })
}

const failures = [
  'internal error: qemu unexpectedly closed the monitor: 2026-01-01T00:00:00.000000Z qemu-kvm: load of migration failed: Input/output error',
  "unable to connect to server at 'nova2:49152': Connection refused",
  'Unable to read from monitor: Connection reset by peer',
  'operation failed: migration job: unexpectedly failed',
  "internal error: unable to execute QEMU command 'migrate': this feature or command is not currently supported",
] as const

export function hypervisorError(setting: Setting): LiveStory {
  const { dice } = setting
  const failure = dice.pick(failures)
  const [guest, memoryMiB] = guestWithPass(setting, dice.between(60, 200), 0.02, 0.1)
  const failAtS = failure.startsWith('unable to connect') ? 0.9 : dice.between(20, 55)
  return story({ ...base(setting, guest, memoryMiB), interventions: { failAtS, failure } }, ({ told }) => ({
    causes: proves('hypervisor-error', told.outcome),
  }))
}
