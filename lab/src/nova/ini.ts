export type IniValues = Readonly<Record<string, string | number | boolean>>

/** An oslo.config file: sections in their order. */
export function iniText(sections: Readonly<Record<string, IniValues>>): string {
  return Object.entries(sections)
    .map(([name, values]) => {
      const lines = Object.entries(values).map(([key, value]) => `${key} = ${String(value)}\n`)
      return `[${name}]\n${lines.join('')}`
    })
    .join('\n')
}
