import { expect, test } from 'vitest'
import { drawScreen } from './terminal-picture-drawing.ts'
import { screenAfter } from './terminal-picture-screen.ts'

const escape = '\u001B['
const text = (output: string, columns = 20): string[] =>
  screenAfter(output, columns).map((row) => row.map(({ character }) => character).join(''))

test('a block that was redrawn shows as it stood at the end', () => {
  expect(text(`a\r\n10 %\r\nslow\r\n${escape}2A\r${escape}J20 %\r\nfast\r\nend\r\n`)).toEqual([
    'a',
    '20 %',
    'fast',
    'end',
  ])
})

test('a line that is too long goes on below, as on a terminal', () => {
  expect(text('abcdef\r\ng', 4)).toEqual(['abcd', 'ef', 'g'])
})

test('a sequence that is not known is no guess', () => {
  expect(() => screenAfter(`${escape}5D`, 20)).toThrow(/CSI 5D/)
  expect(() => screenAfter(`${escape}44m`, 20)).toThrow(/style 44/)
})

test('styles reach the picture, and its text is safe in XML', () => {
  const picture = drawScreen(screenAfter(`${escape}1ma<b${escape}22m ${escape}2mc&d`, 20), 20, 't')
  expect(picture).toMatch(/class="bold">a&lt;b<\/text>/)
  expect(picture).toMatch(/class="dim">c&amp;d<\/text>/)
})

test('every group of words stands at its column', () => {
  const picture = drawScreen(screenAfter('ab c  d', 20), 20, 't')
  expect(picture).toContain('x="20" y="33" textLength="33.6"')
  expect(picture).toContain('x="70.4" y="33" textLength="8.4"')
})

test('a bar is drawn', () => {
  expect(drawScreen(screenAfter('██░', 20), 20, 't').match(/<rect/g)).toHaveLength(3)
})
