import type { z } from 'zod'

const kinds: Readonly<Record<string, string>> = {
  string: 'a text in quotes',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list in brackets',
  object: 'a table',
  record: 'a table',
}

/** What is wrong with a value of the configuration file, where its schema has no words of its own for it. */
export function issueWords(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'it is missing' : `it has to be ${kinds[issue.expected] ?? issue.expected}`
    case 'invalid_value':
      return `it has to be ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array'
        ? 'it is empty'
        : `it has to be at least ${issue.minimum}`
    case 'too_big':
      return `it has to be at most ${issue.maximum}`
    case 'unrecognized_keys':
      return `"${issue.keys[0]}" is not known here`
    case 'invalid_format':
    case 'not_multiple_of':
    case 'invalid_union':
    case 'invalid_key':
    case 'invalid_element':
    case 'custom':
      return undefined
  }
}
