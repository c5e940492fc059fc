import { LabError } from '../errors.ts'
import { runInside, tryRunInside } from '../hosts/virsh.ts'
import { waitFor } from '../machine/wait.ts'
import type { ProcessIdentity } from '../machine/processes.ts'

/** The hub, or a host. */
export interface Place {
  readonly name: string
  readonly holder: ProcessIdentity | null
}

const logFile = (name: string): string => `/var/log/landfall/${name}.log`
const pidFile = (name: string): string => `/run/landfall/${name}.pid`

const launcher = `
mkdir -p /var/log/landfall
log=$1 pid=$2
shift 2
echo $$ >"$pid"
exec "$@" >>"$log" 2>&1 </dev/null
`

/** Starts a program that stays; what it prints goes to a log of its own. It ends with its place. */
export async function startDaemon(place: Place, name: string, command: readonly string[]): Promise<void> {
  await runInside(place, ['setsid', '--fork', 'sh', '-c', launcher, 'sh', logFile(name), pidFile(name), ...command])
}

/** Ends a program that was started so, and waits for its end; one that does not run is ended already. */
export async function stopDaemon(place: Place, name: string, signal: 'TERM' | 'KILL' = 'TERM'): Promise<void> {
  const script =
    'read -r pid <"$1" || exit 0; kill -s "$2" "$pid" 2>/dev/null; while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done; rm -f "$1"'
  await tryRunInside(place, ['sh', '-c', script, 'sh', pidFile(name), signal], { deadlineMs: 120_000 })
}

/** The end of what a program printed: the reason where it does not come up. */
export async function endOfLog(place: Place, name: string): Promise<string> {
  const { stdout } = await tryRunInside(place, ['tail', '-n', '4', logFile(name)])
  return stdout.trim().split('\n').join(' | ')
}

export interface HttpWait {
  readonly place: Place
  /** Whose answer is waited for. */
  readonly name: string
  readonly url: string
  readonly deadlineMs: number
  readonly signal: AbortSignal | undefined
}

/** Waits until an API answers, with whatever status below 500. An open port is not enough: the first call waits for imports. */
export async function apiAnswers({ place, name, url, deadlineMs, signal }: HttpWait): Promise<void> {
  const answers = async (): Promise<boolean> => {
    const answer = await fetch(url, { signal: AbortSignal.timeout(30_000) }).catch(() => null)
    await answer?.arrayBuffer()
    return answer !== null && answer.status < 500
  }
  try {
    await waitFor(`${name} at ${url}`, answers, { deadlineMs, intervalMs: 200, signal })
  } catch (cause) {
    if (cause instanceof LabError && cause.code === 'deadline-passed')
      throw new LabError('nova-not-up', `${name} does not answer: ${await endOfLog(place, name)}`, { cause })
    throw cause
  }
}
