import type { WorkOptions } from './root.ts'
export async function chooseAccelerator(_root: string, _artifacts: unknown, _o: WorkOptions): Promise<'kvm' | 'tcg'> { return 'tcg' }
