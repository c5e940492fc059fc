// The main job on real input: two hosts, a shaped link, a guest that writes faster than the link carries, and Landfall.
//
//   npm run demo                 everything, and everything taken down again
//   npm run demo -- --keep       leaves the laboratory up for trying things
//   npm run demo -- --json       prints the report as the last line
//   npm run demo -- --console    leaves the moving to you: the service and its console, until Ctrl-C

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { parseArgs, styleText } from 'node:util'
import {
  addGuest,
  checkGuest,
  down,
  isUnharmed,
  kvmWords,
  leftovers,
  monotonicNowMs,
  status,
  up,
  waitForProgress,
} from '../src/index.ts'
import { runConsole } from './console.ts'

const labName = 'demo'
const guestName = 'web1'
const command = new URL('../../packages/cli/bin/landfall.mjs', import.meta.url).pathname

const { values } = parseArgs({
  options: { keep: { type: 'boolean' }, json: { type: 'boolean' }, console: { type: 'boolean' } },
})
const interrupted = new AbortController()
process.on('SIGINT', () => interrupted.abort())

const beganAt = Date.now()
try {
  process.exitCode = await demo()
} finally {
  if (values.keep === true) keepWords()
  else await takeDown()
}
say(`done in ${Math.round((Date.now() - beganAt) / 1000)} s`)

async function demo(): Promise<number> {
  step('a laboratory: two real hosts (libvirtd and QEMU each), an 800 Mbit/s link between them')
  // A demo that was killed, or kept, is replaced by this one.
  await down(labName)
  const lab = await up({ name: labName, hosts: 2, link: '800Mbit', progress: say, signal: interrupted.signal })
  step(
    'a guest of 1 GiB with a volume; it rewrites 600 MiB of its memory at full speed, as programs do, and checks every page',
  )
  const { guest, accelerator } = await addGuest(labName, {
    name: guestName,
    memory: '1GiB',
    writeSet: '600MiB',
    writeRate: 'max',
    rewrite: 'mixed',
  })
  await waitForProgress(labName, guestName, { deadlineMs: 120_000, signal: interrupted.signal })
  if (accelerator === 'kvm') say(`the ${guest} guest runs with ${kvmWords(lab.state.kvm ?? 'software')}`)
  else say('no usable KVM here: the guest is emulated (TCG), a vCPU is a busy core')

  if (values.console === true) {
    step('landfall serve, with the web console')
    const onReady = (address: string, token: string): void => {
      say(`open ${address} and sign in with this token:`)
      say(token)
      say(`then plan a move of ${guestName}. Ctrl-C ends the service and takes everything down`)
    }
    await runConsole({ hostsFile: lab.hostsFile, signal: interrupted.signal, onReady })
    return 0
  }

  step(`landfall migrate ${guestName} --to host2`)
  const sinceMs = monotonicNowMs()
  const { exitCode, report } = await landfall(lab.hostsFile)

  step('what became of the guest, by its own account')
  await waitForProgress(labName, guestName, { deadlineMs: 30_000 })
  const verdict = await checkGuest(labName, guestName, sinceMs)
  const place = (await status(labName)).guests.find(({ name }) => name === guestName)?.activeOn.join(' and ')
  say(
    `${guestName} is ${verdict.alive ? 'alive' : 'NOT alive'} on ${place ?? 'no host'}: ${verdict.wrongPages} wrong pages, ` +
      `${verdict.wrongBlocks} wrong blocks, ${verdict.rebooted ? 'REBOOTED' : 'no reboot'}, ` +
      `${verdict.kernelMessages.length} kernel messages`,
  )
  for (const line of [...verdict.wrongs, ...verdict.kernelMessages].slice(0, 10)) say(`  ${line}`)
  if (values.json === true) process.once('exit', () => console.log(report))
  return exitCode === 0 && !isUnharmed(verdict) ? 1 : exitCode
}

function keepWords(): void {
  say(`kept: the laboratory is up. Try "npx landfall instances", "npx landfall plan ${guestName} --to host1";`)
  say(`take it down with "npx landfall lab down --name ${labName}"`)
}

async function takeDown(): Promise<void> {
  step('taking everything down')
  await down(labName)
  const left = leftovers(labName)
  if (left.length > 0) throw new Error(`the laboratory left something behind: ${JSON.stringify(left)}`)
  say('no process, namespace, interface, mount or cgroup is left; the hosts’ root stays cached for the next run')
}

/** Runs the real command, as a user would; its report is all that it prints on stdout. */
async function landfall(hostsFile: string): Promise<{ exitCode: number; report: string }> {
  const wanted = ['migrate', guestName, '--to', 'host2', '--config', hostsFile]
  const json = values.json === true
  const child = spawn(process.execPath, [command, ...wanted, ...(json ? ['--json'] : [])], {
    stdio: ['inherit', json ? 'pipe' : 'inherit', 'inherit'],
  })
  let report = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    report += text
  })
  const [code] = (await once(child, 'close')) as [number | null]
  return { exitCode: code ?? 1, report: report.trim() }
}

function step(title: string): void {
  console.error(`\n${styleText('bold', `▶ ${title}`, { stream: process.stderr })}`)
}

function say(line: string): void {
  console.error(`  ${line}`)
}
