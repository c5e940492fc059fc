# The first process of a host: starts the daemons once the network is there, then only buries the dead.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export PATH
while [ ! -e /run/landfall/network ]; do sleep 0.02; done
mkdir -p /run/libvirt /run/lock
if virtlogd --daemon && libvirtd --daemon --listen; then : >/run/landfall/ready; else : >/run/landfall/failed; fi
while :; do
  sleep 3600 &
  wait
done
