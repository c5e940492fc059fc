import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import './chart.css'
import type { Lane } from './lanes.ts'

export interface TimeChartProps {
  readonly lane: Lane
  /** Seconds since the beginning that every lane shows. */
  readonly endS: number
  /** Seconds since the beginning, numbered by their place. */
  readonly marks: readonly number[]
  /** Where the end was predicted, in seconds; null where it was not. */
  readonly expectedEnd: { readonly from: number; readonly to: number } | null
  readonly last: boolean
}

const stepPaths = uPlot.paths.stepped?.({ align: 1 })

const colourOf = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()

/** One lane of a migration's pictures: lines over seconds since its beginning, with the decisions across. */
export function TimeChart({ lane, endS, marks, expectedEnd, last }: TimeChartProps) {
  const place = useRef<HTMLDivElement>(null)
  const shown = useRef<{
    plot: uPlot
    endS: number
    marks: readonly number[]
    expectedEnd: TimeChartProps['expectedEnd']
  }>(null)
  const { title, height, format, most, lines } = lane
  const shape = JSON.stringify([title, height, most === null, lines.map(({ name }) => name), last])

  useEffect(() => {
    const element = place.current
    if (element === null) return
    const create = (): void => {
      shown.current?.plot.destroy()
      const [dim, rule, warn, paper] = ['dim', 'rule', 'warn', 'paper'].map(colourOf)
      const axis = {
        stroke: dim ?? '',
        grid: { stroke: rule ?? '', width: 1 },
        ticks: { show: false },
        font: '11px system-ui',
      }
      const plot: uPlot = new uPlot(
        {
          width: element.clientWidth,
          height: height + (last ? 30 : 0),
          padding: [marks.length === 0 ? 8 : 20, 12, last ? 0 : 6, 0],
          legend: { show: false },
          cursor: { sync: { key: 'migration' }, drag: { x: false, y: false }, points: { show: false } },
          scales: {
            x: { time: false, range: () => [0, shown.current?.endS ?? endS] },
            y: { range: (_, _min, max) => [0, most ?? Math.max(max, roundMost(max / aLittleOver))] },
          },
          axes: [
            {
              ...axis,
              show: last,
              grid: { show: false },
              size: 28,
              values: (_, values) => values.map((value) => secondsWords(value)),
            },
            {
              ...axis,
              size: 74,
              splits: (_, _axis, _min, max) => (most === null ? ticksTo(roundMost(max / aLittleOver)) : [0, max]),
              values: (_, values) => values.map(format),
            },
          ],
          series: [
            {},
            ...lines.map(({ name, colour, dashed, stepped }) => ({
              label: name,
              stroke: colourOf(colour),
              width: 2,
              spanGaps: true,
              points: { show: false },
              ...(dashed ? { dash: [6, 5] } : {}),
              ...(stepped && stepPaths !== undefined ? { paths: stepPaths } : {}),
            })),
          ],
          hooks: {
            drawClear: [
              (drawn) => {
                const band = shown.current?.expectedEnd ?? null
                if (band === null) return
                const { left, top, width, height: tall } = drawn.bbox
                const within = (seconds: number): number =>
                  Math.min(left + width, Math.max(left, drawn.valToPos(seconds, 'x', true)))
                const from = within(band.from)
                drawn.ctx.save()
                drawn.ctx.globalAlpha = 0.12
                drawn.ctx.fillStyle = colourOf('predicted')
                drawn.ctx.fillRect(from, top, Math.max(2, within(band.to) - from), tall)
                drawn.ctx.restore()
              },
            ],
            draw: [
              (drawn) => {
                const { ctx, bbox } = drawn
                const ratio = devicePixelRatio
                ctx.save()
                ctx.strokeStyle = warn ?? ''
                ctx.setLineDash([2 * ratio, 3 * ratio])
                for (const [index, mark] of (shown.current?.marks ?? []).entries()) {
                  const x = drawn.valToPos(mark, 'x', true)
                  ctx.beginPath()
                  ctx.moveTo(x, bbox.top)
                  ctx.lineTo(x, bbox.top + bbox.height)
                  ctx.stroke()
                  if (!lane.numbered) continue
                  ctx.fillStyle = warn ?? ''
                  ctx.beginPath()
                  ctx.arc(x, bbox.top - 9 * ratio, 8 * ratio, 0, 2 * Math.PI)
                  ctx.fill()
                  ctx.fillStyle = paper ?? ''
                  ctx.font = `700 ${11 * ratio}px system-ui`
                  ctx.textAlign = 'center'
                  ctx.textBaseline = 'middle'
                  ctx.fillText(String(index + 1), x, bbox.top - 8.5 * ratio)
                }
                ctx.restore()
              },
            ],
          },
        },
        dataOf(lane),
        element,
      )
      shown.current = { plot, endS, marks, expectedEnd }
    }
    create()
    const dark = matchMedia('(prefers-color-scheme: dark)')
    dark.addEventListener('change', create)
    const resized = new ResizeObserver(() => {
      const { plot } = shown.current ?? {}
      if (plot !== undefined && plot.width !== element.clientWidth)
        plot.setSize({ width: element.clientWidth, height: height + (last ? 30 : 0) })
    })
    resized.observe(element)
    return () => {
      dark.removeEventListener('change', create)
      resized.disconnect()
      shown.current?.plot.destroy()
      shown.current = null
    }
    // The picture is made anew where its shape changes; what it shows is set below.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [shape])

  useEffect(() => {
    const { plot } = shown.current ?? {}
    if (plot === undefined) return
    shown.current = { plot, endS, marks, expectedEnd }
    plot.setData(dataOf(lane))
  }, [lane, endS, marks, expectedEnd])

  return (
    <div className="lane">
      <span className="lane-title">{title}</span>
      <div ref={place} style={{ height: height + (last ? 30 : 0) }} />
    </div>
  )
}

/** A line may pass the highest mark by so much, before the axis gets another one. */
const aLittleOver = 1.03

/** Between two lines of the grid: a power of two, so that sizes are round. */
const stepTo = (max: number): number => 2 ** Math.ceil(Math.log2(Math.max(4, max) / 4))

const roundMost = (max: number): number => Math.ceil(Math.max(4, max) / stepTo(max)) * stepTo(max)

const ticksTo = (max: number): number[] =>
  Array.from({ length: Math.floor(max / stepTo(max)) + 1 }, (_, index) => index * stepTo(max))

function dataOf({ lines }: Lane): uPlot.AlignedData {
  const filled = lines.filter(({ points }) => points.length > 0)
  if (filled.length === 0) return [[0], ...lines.map(() => [null])]
  // Every line has times of its own.
  return uPlot.join(lines.map(({ points }) => [rising(points.map(([s]) => s)), points.map(([, value]) => value)]))
}

/** Where a pass ends and the next begins are two values at one time, of which a join would keep one. */
function rising(times: readonly number[]): number[] {
  const apart = 1e-4
  return times.map((time, index) => (time === times[index - 1] ? time + apart : time))
}

function secondsWords(seconds: number): string {
  if (seconds < 60) return `${Number(seconds.toFixed(1))} s`
  const minutes = Math.floor(seconds / 60)
  const rest = Math.round(seconds % 60)
  if (minutes < 60) return rest === 0 ? `${minutes} min` : `${minutes}:${String(rest).padStart(2, '0')}`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
