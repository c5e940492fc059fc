import type { MigrationDetail, MigrationPlan, MigrationReport, MigrationUnderWay } from '@landfall/api'
export declare const beganAt: number
export declare const migrationPlan: (name: string, to: string) => MigrationPlan
/** One on its way, as the simulator has it. */
export declare const underWay: (id: string, part?: Partial<MigrationUnderWay>) => MigrationUnderWay
export declare function detailUnderWay(now: MigrationUnderWay): MigrationDetail
export declare const report: (id: string, part?: Partial<MigrationReport>) => MigrationReport
export declare const detailEnded: (ended: MigrationReport) => MigrationDetail
