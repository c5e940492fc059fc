# The first process of a host: starts the daemons once the network is there, then only buries the dead.
# SIGUSR1 starts libvirtd again where it was stopped.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export PATH
start_libvirtd() {
  if libvirtd --daemon --listen; then : >/run/landfall/ready; else : >/run/landfall/failed; fi
}
trap start_libvirtd USR1
while [ ! -e /run/landfall/network ]; do sleep 0.02; done
mkdir -p /run/libvirt /run/lock
if virtlogd --daemon; then start_libvirtd; else : >/run/landfall/failed; fi
while :; do
  sleep 3600 &
  wait $!
done
