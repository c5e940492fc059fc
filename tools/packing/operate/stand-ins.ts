/** `systemctl` of the controller: what the unit of the package names, as its user and with its environment. */
export const controllerSystemctl = `#!/bin/bash
set -e
unit=/usr/lib/systemd/system/landfall.service
setting() { sed -n "s/^$1=//p" $unit; }
stop() {
  [ -e /run/landfall.pid ] || return 0
  pid=$(cat /run/landfall.pid)
  kill "$pid"
  while [ -d /proc/$pid ]; do sleep 0.1; done
  rm /run/landfall.pid
}
start() {
  eval "$(setting ExecStartPre | sed 's/^+//')"
  : > /run/landfall.log
  home=$(getent passwd "$(setting User)" | cut -d: -f6)
  setsid setpriv --reuid "$(setting User)" --regid "$(setting Group)" --init-groups --no-new-privs \\
    env -i PATH=/usr/bin:/bin HOME="$home" $(setting Environment) $(setting ExecStart) < /dev/null >> /run/landfall.log 2>&1 &
  echo $! > /run/landfall.pid
  for _ in {1..600}; do
    grep -q '"msg":"ready"' /run/landfall.log && return 0
    [ -d /proc/$! ] || break
    sleep 0.1
  done
  cat /run/landfall.log >&2
  return 1
}
case "$*" in
  'enable --now landfall' | 'start landfall') start ;;
  'restart landfall') stop && start ;;
  'stop landfall') stop ;;
  *) echo "nothing stands in for systemctl $*" >&2; exit 1 ;;
esac
`

/**
 * `systemctl` of a host: libvirtd is started by the laboratory's own first process, in the host's cgroups (one that is started
 * elsewhere does not find its guests' cgroups, and ends them); with TLS once that socket is enabled.
 */
export const hostSystemctl = `#!/bin/sh
set -e
case "$*" in
  'stop libvirtd.service')
    pid=$(cat /run/libvirtd.pid)
    kill "$pid"
    while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done ;;
  'enable --now libvirtd-tls.socket') sed -i 's/^listen_tls = 0/listen_tls = 1/' /etc/libvirt/libvirtd.conf ;;
  'start libvirtd.service')
    rm -f /run/landfall/ready /run/landfall/failed
    kill -USR1 1
    while [ ! -e /run/landfall/ready ]; do [ ! -e /run/landfall/failed ]; sleep 0.1; done ;;
  *) echo "nothing stands in for systemctl $*" >&2; exit 1 ;;
esac
`
