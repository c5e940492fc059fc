/** One mounted cgroup hierarchy: a v1 controller (or several), or the v2 tree. */
export interface CgroupHierarchy {
  readonly kind: 'v1' | 'v2'
  readonly mountPoint: string
  /** What to mount it with again: `cpu`, `cpu,cpuacct`, `name=systemd`; `none` for v2. */
  readonly options: string
}

const notControllers = /^(?:rw|ro|xattr|noprefix|clone_children|nsdelegate|memory_.*|favordynmods|release_agent=.*)$/

/** Reads the hierarchies out of /proc/self/mountinfo (proc(5)): v1 only, v2 only, and both at once. */
export function parseCgroupHierarchies(mountinfo: string): CgroupHierarchy[] {
  const found: CgroupHierarchy[] = []
  for (const line of mountinfo.split('\n')) {
    const [before, after] = line.split(' - ')
    const mountPoint = before?.split(' ')[4]
    const [type, , superOptions] = after?.split(' ') ?? []
    if (mountPoint === undefined || !mountPoint.startsWith('/sys/fs/cgroup')) continue
    if (type === 'cgroup2') found.push({ kind: 'v2', mountPoint, options: 'none' })
    if (type === 'cgroup' && superOptions !== undefined) {
      const options = superOptions
        .split(',')
        .filter((option) => !notControllers.test(option))
        .join(',')
      if (options !== '') found.push({ kind: 'v1', mountPoint, options })
    }
  }
  return found
}
