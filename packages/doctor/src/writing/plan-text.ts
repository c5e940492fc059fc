import { basename, dirname, resolve } from 'node:path'
import type { ConfigSource, Release, Setting } from '@landfall/nova'
import {
  ConfigFileError,
  IniError,
  optionsOf,
  readHostConfig,
  readOslo,
  setOption,
  UnwritableError,
} from '@landfall/nova'
import type { HostMaterial } from '../hosts/host-material.ts'
import { byBytes, confDirectories } from '../hosts/host-layout.ts'
import { unifiedDiff } from './unified-diff.ts'

/** What becomes of the text of an override file, or why nothing can. */
export type TextPlan =
  | {
      readonly what: 'text'
      readonly after: string
      /** Nothing where nothing changes. */
      readonly diff: readonly string[]
      /** Whether the service reads the file: it has it already, or it lies in a folder that is read. */
      readonly isRead: boolean
    }
  | { readonly what: 'cannot'; readonly why: string }

/** With its type, so that True and true are the same and a line that is right already stays as it is. */
export function typedSettings(settings: readonly Setting[], release: Release): readonly Setting[] {
  const options = optionsOf(release)
  return settings.map((setting) => {
    const type = options.find(({ group, name }) => group === setting.group && name === setting.name)?.type
    return type === undefined ? setting : { ...setting, type }
  })
}

/** What a service reads. */
export type ServiceConfig = Pick<HostMaterial, 'sources' | 'confFolders' | 'environment'>

/** @param target the file itself, where `path` is a link to it */
export function planText(
  path: string,
  target: string,
  before: Buffer | null,
  settings: readonly Setting[],
  config: ServiceConfig,
  release: Release,
): TextPlan {
  const text = before === null ? '' : decode(before)
  if (text === null) return { what: 'cannot', why: `${path} is not UTF-8: nova itself may not read it` }
  let after = text
  try {
    for (const setting of settings) after = setOption(after, setting).text
  } catch (error) {
    if (error instanceof IniError)
      return { what: 'cannot', why: `${path}:${error.line}: ${error.message}; nova does not start with it` }
    if (error instanceof UnwritableError) return { what: 'cannot', why: error.message }
    throw error
  }
  const { sources } = config
  const placed = { ...config, sources: withFile(config, path, target, after) }
  const hidden = settings.map((setting) => hiddenBy(setting, placed, path, release)).find((each) => each !== null)
  if (hidden !== undefined && hidden !== null) return { what: 'cannot', why: hidden }
  const stopped = stoppedBy(placed, release)
  if (stopped !== null) return { what: 'cannot', why: stopped }
  const isRead = sources.some((source) => isSame(source.path, path, target)) || isInReadFolder(config, path)
  return { what: 'text', after, diff: unifiedDiff(path, before === null ? null : text, after), isRead }
}

/** However it is written: as it was named, or where its link leads. */
const isSame = (source: string, path: string, target: string): boolean =>
  resolve(source) === resolve(path) || resolve(source) === target

/** Strictly: what is not UTF-8 would come back as something else. */
function decode(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

function isInReadFolder({ confFolders }: ServiceConfig, path: string): boolean {
  const folder = dirname(path)
  return path.endsWith('.conf') && (confFolders?.includes(folder) ?? confDirectories.includes(basename(folder)))
}

/** The host's files with that one as it will be, where the service reads it. */
function withFile(config: ServiceConfig, path: string, target: string, text: string): readonly ConfigSource[] {
  const { sources } = config
  const at = sources.findIndex((source) => isSame(source.path, path, target))
  if (at >= 0) return sources.map((source, index) => (index === at ? { path, text } : source))
  // In a conf.d by its name among the others, else behind them all.
  const next = isInReadFolder(config, path)
    ? sources.findLastIndex((source) => isReadBefore(source.path, path)) + 1
    : sources.length
  return sources.toSpliced(next, 0, { path, text })
}

/** Whether a file is read before one in a conf.d, as it lies: those that are started with, the folders in their order, what overrides them. */
function isReadBefore(source: string, path: string): boolean {
  const [own, folder] = [dirname(source), dirname(path)]
  if (own === folder) return byBytes(source, path) < 0
  if (own === dirname(folder)) return ['nova.conf', 'nova-compute.conf'].includes(basename(source))
  if (dirname(own) !== dirname(folder)) return true
  return confDirectories.indexOf(basename(own)) < confDirectories.indexOf(basename(folder))
}

/** With what the service would not start again after the change, whoever wrote it; a running one does not show it. */
const stopping: readonly string[] = ['broken-file', 'native-tls-and-tunnel']

/** Why a restart would be its end; null where nothing is known of one. */
function stoppedBy(config: ServiceConfig, release: Release): string | null {
  const { remarks } = readHostConfig({ host: '', ...config }, release)
  const remark = remarks.find(({ code }) => stopping.includes(code))
  return remark === undefined ? null : `${remark.path}:${remark.line}: ${remark.message}`
}

/** Why the change would not count; null where it does. */
function hiddenBy(setting: Setting, config: ServiceConfig, path: string, release: Release): string | null {
  try {
    const options = optionsOf(release)
    const reading = readOslo({ ...config, options }).get(`${setting.group}.${setting.name}`)
    if (reading?.origin.kind === 'environment')
      return `${setting.name} in ${path} would not count: the environment of its service sets ${reading.origin.name}`
    if (reading?.origin.kind !== 'file' || reading.origin.path === path) return null
    const { path: winner, line } = reading.origin
    return `${setting.name} in ${path} would not count: ${winner}:${line} comes later`
  } catch (error) {
    if (error instanceof ConfigFileError) return null
    throw error
  }
}
