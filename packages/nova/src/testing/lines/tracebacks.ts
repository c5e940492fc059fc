import type { Release } from '../../options/release.ts'

const folder = (release: Release): string =>
  release < 20 ? '/usr/lib/python2.7/site-packages' : '/usr/lib/python3/dist-packages'

/** A traceback as oslo.log writes it, without the prefix of its lines; the last line is empty. */
export function rpcTraceback(release: Release, method: string, error: string): readonly string[] {
  const below = folder(release)
  return [
    'Traceback (most recent call last):',
    `  File "${below}/oslo_messaging/rpc/server.py", line 165, in _process_incoming`,
    '    res = self.dispatcher.dispatch(message)',
    `  File "${below}/nova/exception_wrapper.py", line 65, in wrapped`,
    '    with excutils.save_and_reraise_exception():',
    `  File "${below}/nova/compute/manager.py", line 8545, in ${method}`,
    '    with excutils.save_and_reraise_exception():',
    error,
    '',
  ]
}

/** The text of a remote exception: it brings its traceback along, without any prefix. */
export function remoteTraceback(error: string): readonly string[] {
  return [
    'Traceback (most recent call last):',
    '',
    '  File "/usr/lib/python3/dist-packages/oslo_messaging/rpc/server.py", line 165, in _process_incoming',
    '    res = self.dispatcher.dispatch(message)',
    '',
    '  File "/usr/lib/python3/dist-packages/nova/compute/manager.py", line 8509, in pre_live_migration',
    '    migrate_data = self.driver.pre_live_migration(context,',
    '',
    error.replace(/^nova\.exception_Remote\./u, 'nova.exception.').replace('_Remote:', ':'),
    '',
  ]
}
