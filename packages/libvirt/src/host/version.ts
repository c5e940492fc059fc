/** libvirt's version numbers: major * 1,000,000 + minor * 1,000 + micro. `formatVersion(11003000)` is `'11.3.0'`. */
export const formatVersion = (version: number): string =>
  `${Math.floor(version / 1_000_000)}.${Math.floor(version / 1000) % 1000}.${version % 1000}`

/** The number for `'11.3.0'`. */
export const parseVersion = (text: string): number => {
  const [major = 0, minor = 0, micro = 0] = text.split('.').map(Number)
  return major * 1_000_000 + minor * 1000 + micro
}
