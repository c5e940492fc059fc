import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { underWayQuery } from '../service/queries.ts'
import { useService } from '../service/service.tsx'
import type { LinkUse } from './link-use.ts'
import { linkUse, nothingSent, sentBy } from './link-use.ts'

/** How often it is looked, which is also what a speed is told over. */
const everyMs = 2500

/** What migrations put on each host's link, by what they sent since the look before. */
export function useLinks(): ReadonlyMap<string, LinkUse> {
  const { client } = useService()
  const { data } = useQuery({ ...underWayQuery(client), refetchInterval: everyMs })
  const [sent, look] = useState(nothingSent)
  useEffect(() => {
    if (data !== undefined) look((before) => sentBy(before, data))
  }, [data])
  return linkUse(data ?? [], sent)
}
