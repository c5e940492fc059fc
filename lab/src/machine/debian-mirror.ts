import { tryAptGet } from './apt-get.ts'
import type { AptOptions } from './apt-get.ts'
import { chooseMirror } from '../root/root-recipe.ts'

/** The Debian mirror that this machine uses; null where it is Debian's own or unknown. */
export async function debianMirror(options: AptOptions): Promise<string | null> {
  const targets = await tryAptGet(['indextargets', '--format', '$(REPO_URI) $(ORIGIN) $(LABEL)'], options)
  return chooseMirror(targets.stdout)
}
