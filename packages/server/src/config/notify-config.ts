import type { Milliseconds } from '@landfall/core'
import { formatDuration, parseDuration } from '@landfall/core'
import { z } from 'zod'
import type { ConfigText } from './problem/config-problem.ts'
import { configProblem } from './problem/config-problem.ts'
import { describedKeys } from './described-keys.ts'

/** What others can be told of a migration, in the order in which it happens. */
export const notifiedEvents = ['before-launch', 'switchover', 'ended'] as const

export type NotifiedEvent = (typeof notifiedEvents)[number]

interface TargetConfig {
  /** In the log and the metrics. */
  readonly name: string
  readonly events: readonly NotifiedEvent[]
  readonly timeoutMs: Milliseconds
}

export interface WebhookConfig extends TargetConfig {
  /** May hold a password or a token: it is told nowhere. */
  readonly url: string
  readonly secretFile: string
  readonly retryForMs: Milliseconds
}

export interface CommandConfig extends TargetConfig {
  readonly run: readonly [string, ...string[]]
}

/** Who is told of migrations: `[notify]` of the configuration file. */
export interface NotifyConfig {
  readonly launchWaitsMs: Milliseconds
  readonly switchoverLeadMs: Milliseconds
  readonly webhooks: readonly WebhookConfig[]
  readonly commands: readonly CommandConfig[]
}

/** A duration as text, from the least to the most. */
const durationText = (least: Milliseconds, most: Milliseconds): z.ZodString =>
  z.string().superRefine((text, context) => {
    const accepted = `a duration from ${formatDuration(least)} to ${formatDuration(most)}, like "2s"`
    try {
      const ms = parseDuration(text)
      if (ms < least || ms > most) context.addIssue({ code: 'custom', message: `"${text}" is not ${accepted}` })
    } catch {
      context.addIssue({ code: 'custom', message: `"${text}" is not ${accepted}` })
    }
  })

function isWebAddress(text: string): boolean {
  const { protocol = '', username, password } = URL.parse(text) ?? {}
  return /^https?:$/.test(protocol) && username === '' && password === ''
}

const absolute = 'an absolute path: a service has no folder of its own'

const targetShape = {
  name: z
    .string()
    .regex(/^[\w.-]{1,50}$/, 'letters, digits and . _ - (50 at most)')
    .describe('What the log and the metrics call it'),
  events: z
    .array(z.enum(notifiedEvents))
    .min(1)
    .default([...notifiedEvents])
    .describe('What it is told'),
}

export const webhookSchema = z.strictObject({
  ...targetShape,
  url: z
    .string()
    .refine(isWebAddress, 'it has to be an address that begins with https:// or http://, without a user and a password')
    .describe('Where to; `https://`, since `http://` hides nothing from others on the way'),
  secret_file: z
    .string()
    .startsWith('/', absolute)
    .describe(
      'File with the secret that requests are signed with, `whsec_` and base64, one a line while it is changed',
    ),
  timeout: durationText(100, 60_000).default('5s').describe('Of each attempt'),
  retry_for: durationText(0, 86_400_000)
    .default('15m')
    .describe('How long it is tried again (after about 1 s, 2 s, 4 s and so on, at most a minute)'),
})

export const commandSchema = z.strictObject({
  ...targetShape,
  run: z
    .array(z.string())
    .min(1)
    .refine(([program]) => program?.startsWith('/') === true, absolute)
    .describe('The program and its arguments; no shell reads them'),
  timeout: durationText(100, 60_000)
    .default('10s')
    .describe('After that it is ended, with all that it has started; it is not tried again'),
})

export const notifySchema = z.strictObject({
  launch_waits: durationText(0, 30_000)
    .default('2s')
    .describe('The longest that a launch waits for the first answers to `before-launch`; nothing else waits at all'),
  switchover_lead: durationText(1000, 3_600_000)
    .default('10s')
    .describe('`switchover` is told when the end may be this near'),
  webhook: z.array(webhookSchema).default([]),
  command: z.array(commandSchema).default([]),
})

/** Every key, with what the manual says of it: the tables there are made from these. */
export const notifyKeys = {
  notify: describedKeys(notifySchema),
  webhook: describedKeys(webhookSchema),
  command: describedKeys(commandSchema),
}

/** @throws LandfallError `bad-config` */
export function readNotifyConfig(table: z.output<typeof notifySchema>, file: ConfigText): NotifyConfig {
  const webhooks = table.webhook.map(({ name, events, url, secret_file, timeout, retry_for }): WebhookConfig => ({
    name,
    events,
    url,
    secretFile: secret_file,
    timeoutMs: parseDuration(timeout),
    retryForMs: parseDuration(retry_for),
  }))
  const commands = table.command.map(({ name, events, run: [program = '', ...rest], timeout }): CommandConfig => ({
    name,
    events,
    run: [program, ...rest],
    timeoutMs: parseDuration(timeout),
  }))
  const names = [...webhooks, ...commands].map(({ name }) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined)
    throw configProblem(file, ['notify'], `two targets have the name "${twice}"`, 'Give each a name of its own')
  return {
    launchWaitsMs: parseDuration(table.launch_waits),
    switchoverLeadMs: parseDuration(table.switchover_lead),
    webhooks,
    commands,
  }
}
