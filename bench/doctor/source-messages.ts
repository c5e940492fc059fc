// What libvirt, QEMU, Nova and the libraries below it print, in the words of their format strings, and what each has to be understood as.
// Kept apart from the doctor's table. Random values take the place of %s (a word), %d (a number), %u (a UUID), %h (a host), %p (a
// path); %g is the guest.

import { ofHypervisors } from './source-messages/of-hypervisors.ts'
import { ofNova } from './source-messages/of-nova.ts'
import { ofLibraries } from './source-messages/of-libraries.ts'
import type { SourceMessage } from './source-messages/source-message.ts'

export const sourceMessages: readonly SourceMessage[] = [...ofHypervisors, ...ofNova, ...ofLibraries]
