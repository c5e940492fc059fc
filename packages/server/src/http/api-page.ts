import { html } from 'hono/html'

/** As much of an OpenAPI document as the page shows. */
export interface ShownDocument {
  readonly info: { readonly title: string; readonly version: string; readonly description?: string }
  readonly paths?: Readonly<Record<string, Readonly<Record<string, ShownOperation>>>>
  readonly components?: { readonly schemas?: Readonly<Record<string, unknown>> }
}

interface ShownOperation {
  readonly summary?: string
  readonly description?: string
  readonly parameters?: readonly {
    readonly name?: string
    readonly in?: string
    readonly required?: boolean
    readonly description?: string
    readonly schema?: unknown
  }[]
  readonly requestBody?: { readonly content?: Content }
  readonly responses?: Readonly<Record<string, { readonly content?: Content }>>
}

type Content = Readonly<Record<string, { readonly schema?: unknown }>>
type Html = ReturnType<typeof html>

/** Nothing runs in it, and it loads its style alone. */
export const pagePolicy =
  "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** The API as a page, made from its document. */
export function apiPage(document: ShownDocument, styleUrl: string): Html {
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  )
  const schemas = Object.entries(document.components?.schemas ?? {})
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${document.info.title} API</title>
        <link rel="stylesheet" href="${styleUrl}" />
      </head>
      <body>
        <header>
          <h1>${document.info.title} API <small>${document.info.version}</small></h1>
          <p>
            Every request carries <code>Authorization: Bearer TOKEN</code>. The same as a document:
            <a href="openapi.json">openapi.json</a>.
          </p>
        </header>
        <nav aria-label="Operations">
          <ul>
            ${operations.map(
              ({ method, path }) =>
                html`<li>
                  <a href="#${idOf(method, path)}"><b>${method}</b> ${path}</a>
                </li>`,
            )}
          </ul>
        </nav>
        <main>
          ${operations.map(shown)}
          <h2 id="schemas">Schemas</h2>
          ${schemas.map(
            ([name, schema]) =>
              html`<details id="schema-${name}">
                <summary>${name}</summary>
                <pre>${JSON.stringify(schema, null, 2)}</pre>
              </details>`,
          )}
        </main>
      </body>
    </html>`
}

const idOf = (method: string, path: string): string => `${method}${path}`.replaceAll(/[^\w]+/g, '-').toLowerCase()

function shown(each: { readonly method: string; readonly path: string; readonly operation: ShownOperation }): Html {
  const { method, path, operation } = each
  const { parameters = [], requestBody, responses = {} } = operation
  return html`<article id="${idOf(method, path)}">
    <h2><b>${method}</b> ${path}</h2>
    <p>${operation.summary ?? ''}. ${operation.description ?? ''}</p>
    ${
      parameters.length === 0
        ? ''
        : html`<table>
            <thead>
              <tr>
                <th>parameter</th>
                <th>in</th>
                <th>what it is</th>
              </tr>
            </thead>
            <tbody>
              ${parameters.map(
                ({ name, in: place, required, description, schema }) =>
                  html`<tr>
                    <td><code>${name ?? ''}</code>${required === true ? ' (needed)' : ''}</td>
                    <td>${place ?? ''}</td>
                    <td>${description ?? ''} <code>${JSON.stringify(schema ?? {})}</code></td>
                  </tr>`,
              )}
            </tbody>
          </table>`
    }
    <dl>
      ${
        requestBody === undefined
          ? ''
          : html`<dt>body</dt>
              <dd>${contentOf(requestBody.content)}</dd>`
      }
      ${Object.entries(responses).map(
        ([status, response]) =>
          html`<dt>${status === 'default' ? 'else' : status}</dt>
            <dd>${contentOf(response.content)}</dd>`,
      )}
    </dl>
  </article>`
}

function contentOf(content: Content = {}): Html {
  return html`${Object.entries(content).map(
    ([type, { schema }]) =>
      html`<span>${type}: ${schemaNames(schema).map((name) => html`<a href="#schema-${name}">${name}</a> `)}</span>`,
  )}`
}

/** The named schemas in it. */
const schemaNames = (schema: unknown): readonly string[] => [
  ...new Set(
    [...JSON.stringify(schema ?? {}).matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name ?? ''),
  ),
]

export const pageStyle = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif }
body { margin: 0 auto; max-width: 64rem; padding: 1rem }
h1 small { font-weight: normal; opacity: .7 }
h2 { font-size: 1.05rem; margin: 2rem 0 .25rem; overflow-wrap: anywhere }
b { display: inline-block; min-width: 3.5rem; font-size: .85em }
nav ul { list-style: none; padding: 0; columns: 20rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-top: 1px solid color-mix(in srgb, currentColor 20%, transparent); overflow-wrap: anywhere }
dl { display: grid; grid-template-columns: 4rem 1fr; margin: .5rem 0 }
dd { margin: 0 }
pre, code { font: 13px/1.4 ui-monospace, monospace }
pre { overflow-x: auto }
:target { outline: 2px solid; outline-offset: .5rem }
`
