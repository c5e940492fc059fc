/** How a character was written. */
export interface Look {
  readonly bold: boolean
  readonly dim: boolean
  /** `red`, `green`, `yellow`, or null for the terminal's own. */
  readonly colour: string | null
}

export interface Cell extends Look {
  readonly character: string
}

const plain: Look = { bold: false, dim: false, colour: null }

const looks: Readonly<Record<string, Partial<Look>>> = {
  '0': plain,
  '1': { bold: true },
  '2': { dim: true },
  '22': { bold: false, dim: false },
  '31': { colour: 'red' },
  '32': { colour: 'green' },
  '33': { colour: 'yellow' },
  '39': { colour: null },
}

/**
 * What stands on a terminal of that width after all of `output` was written to it, as rows of cells. Knows what Landfall
 * writes and no more: styles, cursor up, erase below.
 *
 * @throws Error for any other control sequence, since the picture would be wrong.
 */
export function screenAfter(output: string, columns: number): Cell[][] {
  const rows: Cell[][] = [[]]
  let row = 0
  let column = 0
  let look = plain
  const put = (character: string): void => {
    if (column === columns) {
      row++
      column = 0
    }
    const line = (rows[row] ??= [])
    while (line.length < column) line.push({ ...plain, character: ' ' })
    line[column++] = { ...look, character }
  }
  // oxlint-disable-next-line no-control-regex -- control sequences are what is read here
  for (const [piece, parameters, command] of output.matchAll(/\u001B\[([\d;?]*)([A-Za-z])|[^]/gu)) {
    if (command === 'm') {
      for (const code of (parameters ?? '').split(';')) look = { ...look, ...known(looks, code === '' ? '0' : code) }
    } else if (command === 'A') row = Math.max(0, row - Number(parameters === '' ? 1 : parameters))
    else if (command === 'J') {
      rows.length = row + 1
      rows[row]?.splice(column)
    } else if (command !== undefined) throw new Error(`the capture holds "CSI ${parameters ?? ''}${command}"`)
    else if (piece === '\n') {
      row++
      rows[row] ??= []
    } else if (piece === '\r') column = 0
    else if (piece < ' ') throw new Error(`the capture holds the control character ${piece.charCodeAt(0)}`)
    else put(piece)
  }
  while (rows.length > 0 && rows.at(-1)?.length === 0) rows.pop()
  return rows
}

function known(table: Readonly<Record<string, Partial<Look>>>, code: string): Partial<Look> {
  const look = table[code]
  if (look === undefined) throw new Error(`the capture holds the style ${code}`)
  return look
}
