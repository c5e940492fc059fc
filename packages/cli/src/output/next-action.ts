import type { Advice, NextAction, Report } from '@landfall/core'
import { adviceText } from '@landfall/core'

/** What can be done next, as it is typed. */
export function asCommand(next: NextAction): string {
  switch (next.action) {
    case 'watch':
      return `"landfall watch ${next.guest}"`
    case 'migrate':
      return `"landfall migrate ${next.guest ?? 'NAME'} --to HOST"`
    case 'report':
      return next.migration === null ? '"landfall report"' : `"landfall report ${next.migration}"`
    case 'confirm':
    case 'revert':
      return `"landfall ${next.action} ${next.migration}"`
    case 'list-guests':
      return '"landfall instances"'
    case 'name-hosts':
      return `--host NAME=URI, --config FILE, $LANDFALL_CONFIG or ${next.defaultFile}; or try "landfall lab up"`
    case 'use-hosts-file':
      return `--config ${next.path}`
    case 'leave-out':
      return `--${next.setting}`
  }
}

/** Advice as one text. */
export const adviceWords = (advice: Advice): string => adviceText(advice, asCommand)

/** Why a migration ended so, and what follows from it. */
export const reasonWords = ({ reason }: Pick<Report, 'reason'>): string =>
  reason.next === undefined ? reason.message : `${reason.message}; ${adviceWords(reason.next)}`

/** A report in JSON: what follows is worded as commands, within the reason's message. */
export const reportJson = <Of extends Pick<Report, 'reason'>>(report: Of): Of & Pick<Report, 'reason'> => ({
  ...report,
  reason: { code: report.reason.code, message: reasonWords(report) },
})
