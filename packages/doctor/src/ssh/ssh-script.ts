import { configPatterns, hostFolders, logPatterns, unitFolders, units } from '../hosts/host-layout.ts'

/** What the answer begins with, behind whatever a login prints by itself. */
export const tarMark = 'landfall-tar\n'
/** The exit code of a host that has none of the files. */
export const nothingThere = 67

/**
 * What a host is asked to do, for `sh -s`: one tar stream of its configuration and its compute service's logs, those that were
 * written to longest ago first. It only reads. File names with a newline are left out. `hidden`: whether it cannot be seen if there is such
 * a file, as in a folder that may not be entered.
 */
export function askForFiles(folder: string, withLogs = true): string {
  return `LC_ALL=C; export LC_ALL
cd ${quoted(folder)} || exit 66
hidden() { case $(ls -dL -- "$1" 2>&1 >/dev/null) in '' | *': No such file or directory' | *': Not a directory') return 1;; esac; }
for folder in ${hostFolders.filter((each) => each !== '').join(' ')}; do
  if [ -d "$folder" ] && ! { [ -r "$folder" ] && [ -x "$folder" ]; }; then echo "landfall: $folder cannot be read" >&2; fi
done
set --
for file in ${configPatterns.join(' ')}; do
  if [ -f "$file" ] && [ -r "$file" ]; then set -- "$@" "$file"; elif [ -f "$file" ]; then echo "landfall: $file cannot be read" >&2; fi
done
for unit in ${units.join(' ')}; do
  for folder in ${unitFolders.join(' ')}; do
    for file in $(cat -- "$folder/$unit.service" "$folder/$unit.service.d/"*.conf 2>/dev/null | sed -n "s/%[pN]/$unit/g;s/%n/$unit.service/g;s/^[[:space:]]*EnvironmentFile[[:space:]]*=[[:space:]]*-*\\///p"); do
      for each; do [ "$each" = "$file" ] && continue 2; done
      if [ -f "$file" ] && [ -r "$file" ]; then set -- "$@" "$file"; elif [ -f "$file" ] || hidden "$file"; then echo "landfall: $file cannot be read" >&2; fi
    done
  done
done
for file in ${withLogs ? logPatterns.join(' ') : ''}; do
  if [ -f "$file" ] && [ -r "$file" ]; then set -- "$@" "$file"; elif [ -f "$file" ]; then echo "landfall: $file cannot be read" >&2; fi
done
[ $# -gt 0 ] || exit ${nothingThere}
IFS='
'
set -f
set -- $(ls -1tr -- "$@")
printf 'landfall-tar\\n'
tar -chf - -- "$@"
`
}

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`
