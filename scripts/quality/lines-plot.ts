export interface PlotLine {
  readonly name: string
  readonly colour: string
  /** Evenly spaced over the whole width, each in the middle of its part. */
  readonly values: readonly number[]
  readonly isDashed?: boolean
}

export interface LinesPlot {
  readonly title: string
  readonly yTitle: string
  /** `at`: 0 is the left end, 1 the right. */
  readonly xLabels: readonly { readonly at: number; readonly text: string }[]
  readonly lines: readonly PlotLine[]
}

const WIDTH = 860
const HEIGHT = 400
const LEFT = 62
const RIGHT = 20
const TOP = 72
const BOTTOM = 40

/** A plot of a few lines of shares as SVG, for documentation: white, with its own legend, the vertical axis in percent from 0. */
export function linesPlot({ title, yTitle, xLabels, lines }: LinesPlot): string {
  const most = Math.max(...lines.flatMap(({ values }) => values))
  const stepPct = most > 0.04 ? 1 : 0.5
  const topPct = Math.ceil((most * 100) / stepPct) * stepPct
  const x = (share: number) => LEFT + share * (WIDTH - LEFT - RIGHT)
  const y = (pct: number) => HEIGHT - BOTTOM - (pct / topPct) * (HEIGHT - TOP - BOTTOM)
  const ticks = Array.from({ length: Math.round(topPct / stepPct) + 1 }, (_, i) => i * stepPct)
  const parts = [
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    text(LEFT, 22, title, 'font-weight="600" font-size="15"'),
    ...lines.map((line, i) => legend(line, LEFT + i * 250)),
    text(LEFT, 62, yTitle, 'fill="#475569"'),
    ...ticks.map(pct => grid(y(pct)) + text(LEFT - 8, y(pct) + 4, `${pct} %`, 'text-anchor="end"')),
    ...xLabels.map(label => text(x(label.at), HEIGHT - BOTTOM + 20, label.text, 'text-anchor="middle"')),
    ...lines.map(line => polyline(line, x, share => y(share * 100))),
  ]
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" ` +
    `font-family="system-ui, sans-serif" font-size="12" fill="#0f172a">\n<title>${title}</title>\n${parts.join('\n')}\n</svg>\n`
  )
}

function polyline(
  { values, colour, isDashed }: PlotLine,
  x: (share: number) => number,
  y: (share: number) => number,
): string {
  const points = values.map((value, i) => `${x((i + 0.5) / values.length).toFixed(1)},${y(value).toFixed(1)}`)
  return `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"${dashes(isDashed)}/>`
}

function legend({ name, colour, isDashed }: PlotLine, left: number): string {
  return (
    `<line x1="${left}" x2="${left + 24}" y1="40" y2="40" stroke="${colour}" stroke-width="2"${dashes(isDashed)}/>` +
    text(left + 30, 44, name, '')
  )
}

function dashes(isDashed: boolean | undefined): string {
  return isDashed === true ? ' stroke-dasharray="6 4"' : ''
}

function grid(y: number): string {
  return `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y.toFixed(1)}" y2="${y.toFixed(1)}" stroke="#e2e8f0"/>`
}

function text(x: number, y: number, words: string, more: string): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${more}>${words}</text>`
}
