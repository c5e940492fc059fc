import { z } from 'zod'
import { time } from '../service/values.ts'

const endpointSchema = z
  .object({ interface: z.string(), region_id: z.string().nullish(), region: z.string().nullish(), url: z.string() })
  .transform((each) => ({ interface: each.interface, region: each.region_id ?? each.region ?? null, url: each.url }))

const catalogueSchema = z
  .array(
    z
      .object({ type: z.string(), name: z.string().nullish(), endpoints: z.array(endpointSchema) })
      .transform(({ type, name, endpoints }) => ({ type, name: name ?? null, endpoints })),
  )
  .default([])

const named = z.object({ id: z.string(), name: z.string() })

/** `{"token": ...}`, as Keystone answers. */
export const tokenSchema = z
  .object({
    token: z.object({
      expires_at: time,
      issued_at: time,
      catalog: catalogueSchema,
      project: named.nullish(),
      user: named,
      roles: z.array(named).default([]),
    }),
  })
  .transform(({ token }) => ({
    expiresAt: token.expires_at,
    catalogue: token.catalog,
    project: token.project ?? null,
    user: token.user,
    roles: token.roles.map(({ name }) => name),
  }))

/** A service and where it is. */
export type CatalogueEntry = z.infer<typeof catalogueSchema>[number]

/** What a token is good for. */
export interface Access extends z.infer<typeof tokenSchema> {
  readonly token: string
}
