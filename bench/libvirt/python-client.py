# The same questions by libvirt-python: URI, call, seconds, threads. Prints one line of JSON.
import json, resource, sys, threading, time
import libvirt

uri, call, seconds, threads = sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4])
connection = libvirt.open(uri)
domain = connection.lookupByName('test')
ask = {
    'state': domain.state,
    'xml': domain.XMLDesc,
    'list': connection.listAllDomains,
}[call]
counts = [0] * threads
ask()
start, cpu = time.perf_counter(), time.process_time()
end = start + seconds

def work(index):
    while time.perf_counter() < end:
        ask()
        counts[index] += 1

workers = [threading.Thread(target=work, args=(index,)) for index in range(threads)]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
elapsed, used = time.perf_counter() - start, time.process_time() - cpu
print(json.dumps({
    'calls': sum(counts),
    'seconds': elapsed,
    'cpuSeconds': used,
    'rssMiB': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}))
