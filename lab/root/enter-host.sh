#!/bin/sh
# Turns a cached root into a host and becomes its first process. Started twice:
#   enter-host.sh join  ARGUMENTS   in the machine: joins the host's cgroups, then enters namespaces of its own
#   enter-host.sh enter ARGUMENTS   in those: mounts, leaves the machine's tree behind, starts the init program
# ARGUMENTS: ROOT (cached, read-only) DIRECTORY (of this host) NAME GROUP (cgroup, relative) BINDS (paths, ":" between)
# The cgroup hierarchies come in LANDFALL_CGROUPS, one a line: KIND MOUNTPOINT OPTIONS
set -eu
stage=$1 root=$2 directory=$3 name=$4 group=$5 binds=$6

if [ "$stage" = join ]; then
  echo "$LANDFALL_CGROUPS" | while read -r kind mountpoint options; do
    echo $$ >"$mountpoint/$group/cgroup.procs"
  done
  # A PID namespace: when its first process ends, the kernel ends every other, whatever state the host was in.
  exec unshare --net --mount --uts --ipc --cgroup --pid --fork sh "$0" enter "$root" "$directory" "$name" "$group" "$binds"
fi

# /proc is still the machine's: this is the pid by which the machine knows the host.
read -r pid rest </proc/self/stat
mount --make-rprivate /
hostname "$name"

tree=$directory/root
mount -t overlay landfall -o "lowerdir=$root,upperdir=$directory/upper,workdir=$directory/work" "$tree"
mount -t proc proc "$tree/proc"
mount -t sysfs sysfs "$tree/sys"

mount -t tmpfs -o mode=755 tmpfs "$tree/dev"
mkdir "$tree/dev/net" "$tree/dev/pts" "$tree/dev/shm"
for device in null zero full random urandom tty kvm net/tun vhost-net; do
  if [ -e "/dev/$device" ]; then
    : >"$tree/dev/$device"
    mount --bind "/dev/$device" "$tree/dev/$device"
  fi
done
mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$tree/dev/pts"
mount -t tmpfs -o mode=1777 tmpfs "$tree/dev/shm"
ln -s pts/ptmx "$tree/dev/ptmx"
ln -s /proc/self/fd "$tree/dev/fd"

# Not a tmpfs: the machine reaches the host's Unix sockets through this directory.
mount --bind "$directory/run" "$tree/run"
mount -t tmpfs -o mode=1777 tmpfs "$tree/tmp"
IFS=:
for path in $binds; do
  mkdir -p "$tree$path"
  mount --bind "$path" "$tree$path"
done
unset IFS

# Mounted anew inside the cgroup namespace, so that this host's group is the root and two hosts share no name.
mount -t tmpfs -o mode=755 tmpfs "$tree/sys/fs/cgroup" 2>/dev/null || true
echo "$LANDFALL_CGROUPS" | while read -r kind mountpoint options; do
  target=$tree/sys/fs/cgroup${mountpoint#/sys/fs/cgroup}
  mkdir -p "$target"
  if [ "$kind" = v2 ]; then
    mount -t cgroup2 cgroup2 "$target"
  else
    mount -t cgroup -o "$options" cgroup "$target"
  fi
done

echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6 2>/dev/null || true
echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6 2>/dev/null || true
# Below libvirt's migration ports (49152 and up): a port there always belongs to a migration.
echo 32768 48999 >/proc/sys/net/ipv4/ip_local_port_range

echo "$pid" >"$directory/holder.new"
mv "$directory/holder.new" "$directory/holder"

mkdir -p "$tree/.machine"
cd "$tree"
pivot_root . .machine
exec chroot . /bin/sh -c 'umount -l /.machine && rmdir /.machine && exec /bin/sh /opt/landfall/init' </dev/null
