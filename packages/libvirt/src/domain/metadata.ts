/** What a domain's metadata call is about. */
export type MetadataType = 'description' | 'title' | 'element'

/** virDomainMetadataType */
export const metadataTypes: Readonly<Record<MetadataType, number>> = { description: 0, title: 1, element: 2 }
