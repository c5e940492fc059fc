/** Nova's releases by their major version, from Liberty on. */
export const releases = [
  [12, 'Liberty'],
  [13, 'Mitaka'],
  [14, 'Newton'],
  [15, 'Ocata'],
  [16, 'Pike'],
  [17, 'Queens'],
  [18, 'Rocky'],
  [19, 'Stein'],
  [20, 'Train'],
  [21, 'Ussuri'],
  [22, 'Victoria'],
  [23, 'Wallaby'],
  [24, 'Xena'],
  [25, 'Yoga'],
  [26, 'Zed'],
  [27, '2023.1'],
  [28, '2023.2'],
  [29, '2024.1'],
  [30, '2024.2'],
  [31, '2025.1'],
  [32, '2025.2'],
  [33, '2026.1'],
  [34, '2026.2'],
] as const

/** Nova's major version: 26 is Zed. */
export type Release = (typeof releases)[number][0]
export const oldestRelease: Release = 12
export const newestRelease: Release = 34

/** "Zed", "2023.1" */
export const releaseName = (release: Release): string => releases.find(([number]) => number === release)?.[1] ?? ''

/** `26`, `zed`, `2024.1`, `26.2.2`; null for what is none of them. */
export function parseRelease(text: string): Release | null {
  const wanted = text.trim().toLowerCase()
  const named = releases.find(([, name]) => name.toLowerCase() === wanted)
  const numbered = /^\d{2}(?:\.\d+)*$/.test(wanted)
    ? releases.find(([number]) => number === Number.parseInt(wanted, 10))
    : undefined
  return (named ?? numbered)?.[0] ?? null
}

/** When each came out: no line of a log is older than the release that wrote it. */
const came: Readonly<Record<Release, string>> = {
  12: '2015-10-15',
  13: '2016-04-07',
  14: '2016-10-06',
  15: '2017-02-22',
  16: '2017-08-30',
  17: '2018-02-28',
  18: '2018-08-30',
  19: '2019-04-10',
  20: '2019-10-16',
  21: '2020-05-13',
  22: '2020-10-14',
  23: '2021-04-14',
  24: '2021-10-06',
  25: '2022-03-30',
  26: '2022-10-05',
  27: '2023-03-22',
  28: '2023-10-04',
  29: '2024-04-03',
  30: '2024-10-02',
  31: '2025-04-02',
  32: '2025-10-01',
  33: '2026-04-01',
  34: '2026-09-30',
}
/** Candidates are run before. */
const earlyMs = 30 * 86_400_000

/** The newest that there was at a time; the oldest that is known here for any earlier one. */
export function newestAt(at: number): Release {
  return releases.findLast(([release]) => Date.parse(came[release]) - earlyMs <= at)?.[0] ?? oldestRelease
}
