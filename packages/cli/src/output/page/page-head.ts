import { escapeHtml } from './escape-html.ts'
import { pageStyle } from './page-style.ts'

/** How every page of Landfall begins, up to its body. @param style of this page alone */
export const pageHead = (title: string, style = ''): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>${pageStyle}${style}</style>
</head>`
