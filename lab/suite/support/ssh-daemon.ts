import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { inHost } from '@landfall/lab'

const port = 2223

/** Keys and settings of its own; it has answered once the command returns. */
const begin = `set -e
rm -rf /run/suite-sshd && mkdir -p /run/sshd /run/suite-sshd
echo "$1" > /run/suite-sshd/authorized
ssh-keygen -q -t ed25519 -N '' -f /run/suite-sshd/host
/usr/sbin/sshd -f /dev/null -p ${port} -h /run/suite-sshd/host -o AuthorizedKeysFile=/run/suite-sshd/authorized \\
  -o StrictModes=no -o UsePAM=no -o PidFile=/run/suite-sshd/pid
until ss -Hltn 'sport = :${port}' | grep -q .; do sleep 0.05; done`

const end = 'kill "$(cat /run/suite-sshd/pid)" && rm -rf /run/suite-sshd'

export interface SshDaemon extends AsyncDisposable {
  /** libvirt's URI of that host over ssh, with a key that is let in. */
  readonly uri: string
}

/** A real sshd in a host of the laboratory, until it is disposed of. */
export async function sshDaemon(
  lab: string,
  host: { readonly name: string; readonly address: string },
): Promise<SshDaemon> {
  const folder = await mkdtemp(join(tmpdir(), 'landfall-ssh-'))
  const key = join(folder, 'key')
  await promisify(execFile)('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key])
  await inHost(lab, host.name, ['sh', '-c', begin, 'sh', (await readFile(`${key}.pub`, 'utf8')).trim()])
  return {
    uri: `qemu+ssh://root@${host.address}:${port}/system?keyfile=${key}&no_verify=1&no_tty=1`,
    [Symbol.asyncDispose]: async () => {
      await inHost(lab, host.name, ['sh', '-c', end])
      await rm(folder, { recursive: true })
    },
  }
}
