import { expect, it } from 'vitest'
import { readCapabilities, readDomainCapabilities } from './capabilities.ts'

const capabilities = `<capabilities>
  <host>
    <uuid>4d3b5a0e-1a9b-4f57-9c6f-0e5c7a1d2b3c</uuid>
    <cpu><arch>x86_64</arch><model>kvm64</model><vendor>Intel</vendor><feature name='vmx'/><feature name='hypervisor'/></cpu>
    <migration_features><live/><uri_transports><uri_transport>tcp</uri_transport><uri_transport>rdma</uri_transport></uri_transports></migration_features>
  </host>
  <guest>
    <os_type>hvm</os_type>
    <arch name='x86_64'>
      <emulator>/usr/bin/qemu-system-x86_64</emulator>
      <machine maxCpus='255'>pc-i440fx-10.0</machine>
      <machine canonical='pc-i440fx-10.0' maxCpus='255'>pc</machine>
      <domain type='qemu'/>
      <domain type='kvm'><machine canonical='pc-q35-10.0'>q35</machine></domain>
    </arch>
  </guest>
</capabilities>`

it('a host’s capabilities: identity, CPU, machines with their aliases', () => {
  expect(readCapabilities(capabilities)).toEqual({
    hostUuid: '4d3b5a0e-1a9b-4f57-9c6f-0e5c7a1d2b3c',
    arch: 'x86_64',
    cpuModel: 'kvm64',
    cpuVendor: 'Intel',
    cpuFeatures: ['vmx', 'hypervisor'],
    cpuXml:
      "<cpu><arch>x86_64</arch><model>kvm64</model><vendor>Intel</vendor><feature name='vmx'/><feature name='hypervisor'/></cpu>",
    migrationTransports: ['tcp', 'rdma'],
    liveMigration: true,
    guests: [
      {
        arch: 'x86_64',
        domainTypes: ['qemu', 'kvm'],
        emulator: '/usr/bin/qemu-system-x86_64',
        machines: ['pc-i440fx-10.0', 'pc-q35-10.0'],
        machineAliases: new Map([
          ['pc', 'pc-i440fx-10.0'],
          ['q35', 'pc-q35-10.0'],
        ]),
      },
    ],
  })
})

it('domain capabilities: what CPUs this machine can give', () => {
  const xml = `<domainCapabilities>
  <path>/usr/bin/qemu-system-x86_64</path><domain>kvm</domain><machine>pc-q35-10.0</machine><arch>x86_64</arch>
  <vcpu max='4096'/>
  <cpu>
    <mode name='host-passthrough' supported='yes'/>
    <mode name='maximum' supported='no'/>
    <mode name='host-model' supported='yes'><model fallback='forbid'>Nehalem</model><feature policy='require' name='vmx'/></mode>
    <mode name='custom' supported='yes'><model usable='yes'>Nehalem</model><model usable='no' deprecated='yes'>486</model></mode>
  </cpu>
</domainCapabilities>`
  expect(readDomainCapabilities(xml)).toEqual({
    path: '/usr/bin/qemu-system-x86_64',
    domain: 'kvm',
    machine: 'pc-q35-10.0',
    arch: 'x86_64',
    maxVcpus: 4096,
    hostModelCpuXml:
      "<cpu mode='custom' match='exact'>\n<model fallback='forbid'>Nehalem</model>\n<feature policy='require' name='vmx'/>\n</cpu>",
    cpuModels: [
      { name: 'Nehalem', usable: true, deprecated: false },
      { name: '486', usable: false, deprecated: true },
    ],
    cpuModes: ['host-passthrough', 'host-model', 'custom'],
  })
})

it('another document is refused', () => {
  expect(() => readCapabilities('<domain/>')).toThrow(expect.objectContaining({ code: 'LIBVIRT_BAD_XML' }))
})
