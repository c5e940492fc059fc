/**
 * Where the built console lies: `index.html` and what it loads. Missing in a checkout until `npm run build:console`.
 *
 * @module
 */
export const consoleFolder: URL = new URL('../dist/web/', import.meta.url)
