import { inHost } from '@landfall/lab'
import { hostSystemctl } from './stand-ins.ts'

/** libvirt's socket as Debian's own units make it, and an sshd with keys of the host's own, which lets an administrator in. */
const prepare = `set -e
printf '%s' "$2" > /usr/bin/systemctl.new && chmod 755 /usr/bin/systemctl.new && mv /usr/bin/systemctl.new /usr/bin/systemctl
printf 'unix_sock_group = "libvirt"\\nunix_sock_rw_perms = "0770"\\n' >> /etc/libvirt/libvirtd.conf
systemctl stop libvirtd.service
systemctl start libvirtd.service
rm -f /etc/ssh/ssh_host_*
ssh-keygen -A > /dev/null
mkdir -p /run/sshd
mkdir -p -m 700 /root/.ssh
echo "$1" > /root/.ssh/authorized_keys
/usr/sbin/sshd
cat /etc/ssh/ssh_host_ed25519_key.pub`

export const hosts = ['host1', 'host2'] as const

/** Makes hosts of a laboratory such as an administrator has them; returns what belongs into their known_hosts. */
export async function prepareHosts(lab: string, publicKey: string): Promise<string> {
  const script = ['sh', '-c', prepare, 'sh', publicKey.trim(), hostSystemctl]
  return (await Promise.all(hosts.map(async (host) => `${host} ${await inHost(lab, host, script)}`))).join('')
}
