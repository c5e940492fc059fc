/** What libvirt.conf, the client's configuration, says. */
export interface LibvirtConf {
  readonly uriDefault: string | undefined
  /** Short names for URIs. */
  readonly aliases: ReadonlyMap<string, string>
}

/** Reads libvirt.conf: `uri_default = "..."` and `uri_aliases = [ "name=URI", ... ]`; all else is left alone. */
export const parseLibvirtConf = (text: string): LibvirtConf => {
  const lines = text.split('\n').map((line) => line.replace(/^\s*#.*$/, ''))
  const plain = lines.join('\n')
  const [, , uriDefault] = /^\s*uri_default\s*=\s*(["'])(.*?)\1/m.exec(plain) ?? []
  const [, list = ''] = /^\s*uri_aliases\s*=\s*\[([^\]]*)\]/m.exec(plain) ?? []
  const aliases = new Map<string, string>()
  for (const [, , entry = ''] of list.matchAll(/(["'])(.*?)\1/g)) {
    const equals = entry.indexOf('=')
    if (equals > 0) aliases.set(entry.slice(0, equals), entry.slice(equals + 1))
  }
  return { uriDefault, aliases }
}
