import type { Meaning } from './meaning.ts'
import { meaning } from './meaning.ts'

const cpu = [
  'libvirt.cpu_mode',
  'libvirt.cpu_models',
  'libvirt.cpu_model',
  'libvirt.cpu_model_extra_flags',
  'workarounds.skip_cpu_compare_on_dest',
] as const

/** CPU models and features. */
export const ofCpu: readonly Meaning[] = [
  meaning(
    'cpu-feature-unknown',
    'destination',
    /Unknown CPU feature ['"]?([\w.-]+)|unknown CPU feature:? ['"]?([\w.-]+)/i,
    'its libvirt does not know a CPU feature by the name that the other host calls it: their releases of libvirt differ (a feature was renamed between them)',
    'virsh version on {source} and {destination}; grep -rl {1} /usr/share/libvirt/cpu_map* there',
    "bring both hosts to releases of libvirt that know it, or take the feature {1} out of the CPU map of the newer name's host and restart libvirtd and nova-compute; no cpu_mode helps",
    'internal error: Unknown CPU feature arch-facilities',
  ),
  meaning(
    'cpu-model-unknown',
    'destination',
    /Unknown CPU model ['"]?([\w.-]+)|CPU model ['"]?([\w.-]+)['"]? is not (?:known|supported) by|CPU model ([\w.-]+) (?:is )?not supported/i,
    'it does not know the CPU model that the guest was started with',
    'virsh cpu-models x86_64 on {destination}',
    'set a model in [libvirt] that all hosts know; guests have to be shut off and started to get it',
    'internal error: Unknown CPU model Cascadelake-Server-noTSX',
    { options: cpu },
  ),
  meaning(
    'cpu-guest-features',
    'destination',
    /guest CPU doesn't match specification: (?:missing|extra) features: ([\w., -]+)|guest and host CPU are not compatible: Host CPU does not provide required features: ([\w., -]+)|Host CPU does not provide required features: ([\w., -]+)|the CPU is incompatible with host CPU/i,
    'it does not have CPU features that the guest runs with ({1})',
    'virsh domcapabilities --virttype kvm on {destination}, compared with virsh dumpxml {instance} on {source}',
    'move it to a host with these features (the same generation and microcode), or set one model in [libvirt] on all hosts that all have, and shut the guest off and start it to get it',
    "operation failed: guest CPU doesn't match specification: missing features: hle,rtm",
    { options: cpu, met: 'copy' },
  ),
  meaning(
    'cpu-tsc',
    'destination',
    /TSC frequency mismatch|Requested TSC frequency|warning: TSC|invtsc/i,
    'the guest was given a fixed TSC frequency (invtsc) that the host does not have',
    'virsh dumpxml {instance} on {source}: look for tsc and invtsc',
    'move it to a host with the same TSC frequency or with TSC scaling, or take invtsc from the guest and start it anew',
    'Requested TSC frequency 2100000 kHz is not compatible with host frequency 2600000 kHz and TSC scaling is not supported by the host CPU',
    { options: cpu, met: 'copy' },
  ),
  meaning(
    'cpu',
    'destination',
    /Unacceptable CPU info|InvalidCPUInfo|CPU doesn't have compatibility|virCPUCompareResult/i,
    'the CPU is not compatible',
    'virsh capabilities on {source} and virsh cpu-compare (or hypervisor-cpu-compare) of it on {destination}',
    'set the same cpu_mode and the same model in [libvirt] on both hosts, one that both have; guests keep the one that they were started with until they are shut off and started',
    "Unacceptable CPU info: CPU doesn't have compatibility.",
    { options: cpu },
  ),
  meaning(
    'cpu-pinning',
    'destination',
    /CPU set to (?:(?:un)?pin|pin\/unpin) .* must be a subset|Cannot pin\/unpin cpus|CPUPinning(?:Invalid|Unknown)|CPUUnpinning/i,
    'the CPUs that the guest is pinned to are not free or not known there',
    'virsh vcpupin of the guests on {destination}, and [compute] cpu_dedicated_set there',
    'make cpu_dedicated_set alike, or move it to a host with free dedicated CPUs; restart nova-compute on {destination} where its own count is wrong',
    'CPU set to pin [4, 5] must be a subset of free CPU set [0, 1]',
    { options: ['compute.cpu_dedicated_set', 'compute.cpu_shared_set'] },
  ),
  meaning(
    'cpuset',
    'destination',
    /cpuset\.cpus|Unable to write to .*cpuset|cannot set CPU affinity on process|Invalid value '[^']*' for 'cpuset/i,
    'the CPUs that the guest is to run on do not exist or are not allowed there',
    'virsh dumpxml {instance} on {source} (cputune, numatune), and lscpu on {destination}',
    'make cpu_shared_set and cpu_dedicated_set fit the host, or move it to one with as many CPUs and nodes',
    "Unable to write to '/sys/fs/cgroup/cpuset/machine.slice/cpuset.cpus': Numerical result out of range",
    { options: ['compute.cpu_dedicated_set', 'compute.cpu_shared_set'], met: 'copy' },
  ),
]
