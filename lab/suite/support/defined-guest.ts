import { randomUUID } from 'node:crypto'
import { connect } from '@landfall/libvirt'
import { openLab } from '@landfall/lab'
import { onHost } from './places.ts'
import { suiteLab } from './suite-lab.ts'

/** Defines and starts a small guest of one's own, with a disk in a file of its host. */
export async function defineByHand(host: string, name: string, diskFile: string): Promise<void> {
  const { hosts, rom, accelerators } = openLab(suiteLab().name).state
  const uri = hosts.find((each) => each.name === host)?.unixUri
  if (uri === undefined) throw new Error(`the laboratory has no ${host}`)
  await using connection = await connect(uri)
  const domain = await connection.domainDefineXML(`<domain type='${accelerators.rom === 'kvm' ? 'kvm' : 'qemu'}'>
  <name>${name}</name>
  <uuid>${randomUUID()}</uuid>
  <memory unit='MiB'>256</memory>
  <vcpu>1</vcpu>
  <os>
    <type arch='x86_64' machine='q35'>hvm</type>
    <loader readonly='yes' type='rom'>${rom}</loader>
  </os>
  <sysinfo type='fwcfg'><entry name='opt/landfall/guest'>lf.set=0 lf.disk=0 lf.fill=0</entry></sysinfo>
  <features><acpi/><apic/></features>
  <cpu mode='custom' match='exact' check='none'><model fallback='forbid'>kvm64</model></cpu>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <controller type='usb' model='none'/>
    <disk type='file' device='disk'>
      <driver name='qemu' type='raw' cache='none'/>
      <source file='${diskFile}'/>
      <target dev='vda' bus='virtio'/>
    </disk>
    <serial type='null'/>
    <serial type='null'><target port='1'/></serial>
    <video><model type='none'/></video>
    <memballoon model='none'/>
  </devices>
</domain>`)
  await domain.create()
}

/** Ends and forgets it wherever it is. */
export async function removeByHand(name: string): Promise<void> {
  for (const host of openLab(suiteLab().name).state.hosts) {
    await onHost(host.name, name, async (domain) => {
      if (await domain.isActive()) await domain.destroy()
      await domain.undefineFlags()
    })
  }
}
