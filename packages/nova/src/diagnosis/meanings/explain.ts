import type { Episode } from '../episodes/episode.ts'
import type { Explained } from '../finding.ts'
import type { Meaning } from './meaning.ts'
import { meaningOf } from './meanings.ts'

/** What a text means for this migration: hosts, names and addresses filled in; null where it is not known. */
export function explain(text: string, episode: Pick<Episode, 'from' | 'to' | 'instance'>): Explained | null {
  const meaning = meaningOf(text)
  return meaning === null ? null : explainAs(meaning, text, episode)
}

export function explainAs(
  meaning: Meaning,
  text: string,
  { from, to, instance }: Pick<Episode, 'from' | 'to' | 'instance'>,
): Explained {
  const captured = meaning.pattern
    .exec(text)
    ?.slice(1)
    .find((each) => each !== undefined)
  const values: Readonly<Record<string, string>> = {
    source: from ?? 'the source',
    destination: to ?? 'the destination',
    instance: /^[0-9a-f-]{36}$/.test(instance) ? instance : 'INSTANCE',
    address: addressIn(text) ?? to ?? 'the other host',
    domain: /instance-[0-9a-f]{8}/.exec(text)?.[0] ?? 'instance-XXXXXXXX',
  }
  const filled = (words: string): string =>
    words
      .replaceAll(/ ?\(\{1\}\)/g, captured === undefined ? '' : ` (${captured.trim()})`)
      .replaceAll('{1}', captured?.trim() ?? 'it')
      .replaceAll(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)
  return {
    which: meaning.which,
    side: meaning.side,
    words: filled(meaning.words),
    check: filled(meaning.check),
    fix: filled(meaning.fix),
    options: meaning.options,
  }
}

/** The address that a message names: of a URI, of a server, of a host that ssh was to reach. */
function addressIn(text: string): string | null {
  const found =
    /qemu\+\w+:\/\/(?:[^@/\s]+@)?(\[[^\]]+\]|[\w.-]+)/.exec(text) ??
    /server at '(\[[^\]]+\]|[^':]+):\d+'/.exec(text) ??
    /connect to host (\S+) port/.exec(text) ??
    /resolve hostname ([\w.-]+)/.exec(text) ??
    /(?:scp|rsync|ssh) [^\n]*?([\w.-]+):\//.exec(text)
  return found?.[1]?.replaceAll(/^\[|\]$/g, '') ?? null
}
