/**
 * What a host is asked to do, in POSIX shell: look, write whole or not at all, restart only while no migration touches it.
 *
 * @module
 */

import type { AppliedRun } from './host-state.ts'
import { runLines } from './host-state.ts'

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`

/** How each script ends where it did not do what it was asked for. */
export const ends = {
  cannotRead: 65,
  changedMeanwhile: 69,
  migrating: 70,
  restartFailed: 71,
  notUp: 72,
  cannotTell: 73,
  noService: 74,
} as const

const begin = (root: string): string => `set -u
LC_ALL=C; export LC_ALL
PATH=$PATH:/usr/sbin:/sbin:/usr/bin:/bin; export PATH
cd ${quoted(root)} || exit 66
`

/** The names beside a file: what a run has begun and not ended, and what was there before it. */
const names = (path: string): string => `file=${quoted(path)}
if [ -L "$file" ]; then file=$(readlink -f -- "$file") || exit ${ends.cannotRead}; fi
dir=$(dirname -- "$file"); base=$(basename -- "$file")
pending="$dir/.$base.landfall-pending"; record="$dir/.$base.landfall-before"
`

/** Sets kind and unit: the one that runs, systemd's before a container's; else one that is there, which a package may have left. */
const findService = (service: string): string =>
  service === 'auto'
    ? `kind=; unit=; idle=; stopped=
if command -v systemctl >/dev/null 2>&1; then
  for each in nova-compute openstack-nova-compute pf9-ostackhost; do
    systemctl cat "$each.service" >/dev/null 2>&1 || continue
    if [ "$(systemctl is-active "$each" 2>/dev/null)" = active ]; then kind=systemd; unit=$each; break; fi
    [ -n "$idle" ] || idle=$each
  done
fi
if [ -z "$kind" ]; then
  for engine in docker podman; do
    command -v $engine >/dev/null 2>&1 && $engine inspect nova_compute >/dev/null 2>&1 || continue
    if [ "$($engine inspect -f '{{.State.Running}}' nova_compute 2>/dev/null)" = true ]; then kind=$engine; unit=nova_compute; break; fi
    [ -n "$stopped" ] || stopped=$engine
  done
fi
if [ -z "$kind" ] && [ -n "$idle" ]; then kind=systemd; unit=$idle; fi
if [ -z "$kind" ] && [ -n "$stopped" ]; then kind=$stopped; unit=nova_compute; fi
`
    : /^(?:docker|podman):/.test(service)
      ? `kind=${service.split(':')[0] ?? ''}; unit=${quoted(service.slice(service.indexOf(':') + 1))}\n`
      : `kind=systemd; unit=${quoted(service)}\n`

const serviceState = `active() {
  case "$kind" in
    systemd) [ "$(systemctl is-active "$unit" 2>/dev/null)" = active ];;
    *) [ "$($kind inspect -f '{{.State.Running}}' "$unit" 2>/dev/null)" = true ];;
  esac
}
process() {
  case "$kind" in
    systemd) systemctl show -p MainPID "$unit" 2>/dev/null | sed 's/^MainPID=//';;
    *) $kind inspect -f '{{.State.Pid}}' "$unit" 2>/dev/null;;
  esac
}
`

/** One line for each fact: `path`, `bytes` in base64, `service`, `active`, `pending`, `before`. */
export const lookScript = (
  root: string,
  path: string,
  service: string,
): string => `${begin(root)}${names(path)}${findService(service)}${serviceState}
printf 'path %s\\n' "$file"
if [ -e "$file" ]; then
  [ -f "$file" ] && [ -r "$file" ] || { echo "$file cannot be read" >&2; exit ${ends.cannotRead}; }
  [ "$(stat -c %h -- "$file")" = 1 ] || { echo "$file has several names (hard links)" >&2; exit ${ends.cannotRead}; }
  printf 'bytes '; base64 < "$file" | tr -d '\\n'; echo
elif [ ! -d "$dir" ] && [ ! -d "$(dirname -- "$dir")" ]; then echo "there is no folder $dir" >&2; exit ${ends.cannotRead}; fi
if [ -n "$kind" ]; then
  printf 'service %s %s\\n' "$kind" "$unit"
  if active; then echo 'active yes'; else echo 'active no'; fi
fi
[ -e "$pending" ] && { printf 'pending '; head -n 1 -- "$pending" 2>/dev/null; echo; }
[ -f "$record" ] && { printf 'before '; base64 < "$record" | tr -d '\\n'; echo; }
echo end
`

export interface ScriptedWrite {
  readonly root: string
  readonly path: string
  /** Of the file as it was read; null where there was none. */
  readonly beforeSha256: string | null
  /** Null: it is taken away. */
  readonly after: Buffer | null
  /** Of a time, for the backup's name. */
  readonly stamp: string
  /** A file whose owner and mode a new file gets; below the root. */
  readonly like: string | null
  /** Whether what was there is kept, for the way back: not where this is the way back. */
  readonly keep: boolean
  /** Of this change; of what is taken back where this is the way back, null where that is not known. */
  readonly run: AppliedRun | null
}

/**
 * A copy of the old beside it, a temporary file written and flushed in the same folder, renamed over the old: whoever dies whenever,
 * the file is the old one or the new one. That the service has yet to be restarted is marked before, so that a run that was
 * interrupted is seen.
 */
export const writeScript = ({
  root,
  path,
  beforeSha256,
  after,
  stamp,
  like,
  keep,
  run,
}: ScriptedWrite): string => `${begin(root)}${names(path)}
mkdir -p -- "$dir" || exit 1
rm -f -- "$dir/.$base.landfall-new-"*
if [ -e "$file" ]; then now=$(sha256sum < "$file" | cut -c1-64); else now=none; fi
[ "$now" = ${beforeSha256 ?? 'none'} ] || { echo "$file was changed by somebody else meanwhile" >&2; exit ${ends.changedMeanwhile}; }
new="$dir/.$base.landfall-new-$$"; trap 'rm -f -- "$new" "$new.r"' EXIT; trap 'exit 1' HUP INT TERM
umask 077
${
  after === null
    ? ''
    : `base64 -d > "$new" <<'LANDFALL' || exit 1
${after.toString('base64').replaceAll(/(.{76})/g, '$1\n')}
LANDFALL
if [ -e "$file" ]; then model=$file; else model=${like === null ? "''" : quoted(like)}; fi
if [ -n "$model" ] && [ -e "$model" ]; then
  chown --reference="$model" -- "$new" && chmod --reference="$model" -- "$new" || exit 1
  command -v chcon >/dev/null 2>&1 && chcon --reference="$model" -- "$new" 2>/dev/null
else chmod 640 -- "$new" || exit 1; fi
sync -- "$new" 2>/dev/null || sync
`
}backup=-
if [ -e "$file" ]; then
  backup="$file.bak-${stamp}"
  [ -e "$backup" ] || { cp -p -- "$file" "$new.r" && mv -f -- "$new.r" "$backup"; } || exit 1
fi
printf '%s\\n' ${quoted(keep || run === null ? '' : `revert ${run.id}`)} > "$pending" || exit 1
${
  keep
    ? `{ printf '%s\\n%s\\n' "$now" "$backup"; ${after === null ? 'echo none' : 'sha256sum < "$new" | cut -c1-64'}${run === null ? '' : `; printf '%s\\n' ${runLines(run).map(quoted).join(' ')}`}; } > "$new.r" && mv -f -- "$new.r" "$record" || exit 1`
    : ''
}
${after === null ? 'rm -f -- "$file" || exit 1' : 'mv -f -- "$new" "$file" || exit 1'}
${keep ? '' : 'rm -f -- "$record"'}
sync -- "$dir" 2>/dev/null || sync
printf 'backup %s\\nwritten\\n' "$backup"
`

/**
 * Guests of this host that a migration holds, by libvirt itself, in its container where it has one. An answer that is missing (whoever
 * asked was killed, too) is no answer, and not "none": 0 there is one, 1 there is none, all else cannot be told.
 */
const busy = `libvirt() {
  if command -v virsh >/dev/null 2>&1; then virsh -c qemu:///system "$@"
  else
    for engine in docker podman; do
      command -v $engine >/dev/null 2>&1 && $engine inspect nova_libvirt >/dev/null 2>&1 && { $engine exec nova_libvirt virsh "$@"; return; }
    done
    return 127
  fi
}
gone() {
  left=$(libvirt list --all --name 2>/dev/null) || return 1
  printf '%s\\n' "$left" | grep -qxF -- "$1"
  [ $? = 1 ]
}
migrating() {
  guests=$(libvirt list --all --name 2>/dev/null) || return 2
  # One a line: a name may have blanks in it, and stars.
  IFS='
'; set -f
  for guest in $guests; do
    state=$(libvirt domstate --reason "$guest" 2>/dev/null) || { gone "$guest" && continue; return 2; }
    # A guest that came by a migration says "running (migrated)" for as long as it runs.
    case "$state" in *"(migrating)"*|*"(post-copy"*|*incoming*) echo "$guest is on its way ($state)"; return 0;; esac
    case "$state" in running*|paused*)
      info=$(libvirt domjobinfo "$guest" 2>/dev/null) || { gone "$guest" && continue; return 2; }
      job=$(printf '%s\\n' "$info" | sed -n 's/^Job type:[[:space:]]*//p' | sed 's/[[:space:]]*$//')
      case "$job" in None|Completed) ;; '') return 2;; *) echo "$guest has a job ($job)"; return 0;; esac;;
    esac
  done
  return 1
}
`

/**
 * Looks for migrations and restarts in one go, then waits until the service has stayed up with the same process: one that cannot read its
 * configuration, or reach what it needs, lives for some seconds before it ends.
 */
export const restartScript = (
  root: string,
  path: string,
  service: string,
  how: 'restart' | 'reload',
  upWithinS: number,
  { pollS = 1, stableS = 30 }: { readonly pollS?: number | undefined; readonly stableS?: number | undefined } = {},
): string => `${begin(root)}${names(path)}${findService(service)}${serviceState}${busy}
[ -n "$kind" ] || { echo "no nova-compute is found here" >&2; exit ${ends.noService}; }
${
  how === 'restart'
    ? `what=$(migrating); case $? in
  0) echo "$what" >&2; exit ${ends.migrating};;
  1) ;;
  *) echo "libvirt does not answer: whether a migration runs here cannot be told" >&2; exit ${ends.cannotTell};;
esac
case "$kind" in systemd) systemctl restart "$unit";; *) $kind restart "$unit" >/dev/null;; esac || { echo "$unit could not be restarted" >&2; exit ${ends.restartFailed}; }`
    : `# The process that reads its configuration, and not those that it has begun for a cold migration or a snapshot.
case "$kind" in systemd) systemctl kill --kill-who=main -s HUP "$unit";; *) $kind kill -s HUP "$unit" >/dev/null;; esac || { echo "$unit could not be told" >&2; exit ${ends.restartFailed}; }`
}
left=${Math.ceil((upWithinS + stableS) / pollS)}; same=0; last=
while [ "$left" -gt 0 ]; do
  pid=$(process)
  if active && [ -n "$pid" ] && [ "$pid" != 0 ] && [ "$pid" = "$last" ]; then same=$((same + 1)); else same=0; fi
  last=$pid
  if [ "$same" -ge ${Math.max(3, Math.ceil(stableS / pollS))} ]; then rm -f -- "$pending"; echo up; exit 0; fi
  sleep ${pollS}; left=$((left - 1))
done
echo "$unit did not stay up within ${upWithinS} s" >&2; exit ${ends.notUp}
`
