import { spawn } from 'node:child_process'
import { once } from 'node:events'

export interface HeldFile extends AsyncDisposable {
  readonly pid: number
  letGo(): Promise<void>
}

/** As apt and dpkg lock: by fcntl, which Node cannot and flock(1) does not. Perl is on every Debian, as dpkg needs it. */
const program = `
  use Fcntl;
  open(my $file, '+>>', $ARGV[0]) or die "$ARGV[0]: $!";
  my $whole = pack('s s x![q] q q i x4', F_WRLCK, 0, 0, 0, 0);
  fcntl($file, F_SETLKW, $whole) or die "$ARGV[0]: $!";
  $| = 1;
  print "held\\n";
  <STDIN>;
`

/** Holds the package manager's lock until it is let go, or this process ends. Waits for whoever holds it just now. */
export async function holdLock(file: string): Promise<HeldFile> {
  const child = spawn('perl', ['-e', program, file], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const answer: unknown = await Promise.race([once(child.stdout, 'data'), ended])
  if (child.pid === undefined || child.exitCode !== null) throw new Error(`${file} is not held: ${String(answer)}`)
  const letGo = async (): Promise<void> => {
    child.stdin.end()
    await ended
  }
  return { pid: child.pid, letGo, [Symbol.asyncDispose]: letGo }
}
