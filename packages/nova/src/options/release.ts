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
] as const

/** Nova's major version: 26 is Zed. */
export type Release = (typeof releases)[number][0]
export const oldestRelease: Release = 12
export const newestRelease: Release = 33

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
