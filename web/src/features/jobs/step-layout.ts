export interface LaidStep {
  readonly name: string
  readonly needs: readonly string[]
}

/** px */
export interface StepBox {
  readonly name: string
  readonly x: number
  readonly y: number
}

export interface StepLayout {
  readonly boxes: readonly StepBox[]
  /** From a step to one that needs it: what `d` of an SVG path is. */
  readonly arrows: readonly { readonly from: string; readonly to: string; readonly path: string }[]
  readonly width: number
  readonly height: number
}

export const BOX = { width: 132, height: 66 } as const
const GAP = { x: 30, y: 16 } as const
/** The arrow's head is drawn in front of the box. */
const HEAD = 5

/**
 * Where steps stand: a column to the right of everything they need, below each other in the order of the list.
 * @param steps without circles; needs that are not among them are left out
 */
export function layOut(steps: readonly LaidStep[]): StepLayout {
  const columns = columnsOf(steps)
  const rows = new Map<number, number>()
  const boxes = steps.map(({ name }): StepBox => {
    const column = columns.get(name) ?? 0
    const row = rows.get(column) ?? 0
    rows.set(column, row + 1)
    return { name, x: column * (BOX.width + GAP.x), y: row * (BOX.height + GAP.y) }
  })
  const arrows = steps.flatMap(({ name, needs }) =>
    needs.flatMap(need => {
      const [from, to] = [boxes.find(box => box.name === need), boxes.find(box => box.name === name)]
      return from === undefined || to === undefined ? [] : [{ from: need, to: name, path: pathOf(from, to) }]
    }),
  )
  const isOver = arrows.some(({ from, to }) => (columns.get(to) ?? 0) - (columns.get(from) ?? 0) > 1)
  return {
    ...{ boxes, arrows },
    width: Math.max(0, ...boxes.map(({ x }) => x + BOX.width)),
    // An arrow over a column goes below its boxes.
    height: Math.max(0, ...boxes.map(({ y }) => y + BOX.height)) + (isOver ? GAP.y : 0),
  }
}

function columnsOf(steps: readonly LaidStep[]): ReadonlyMap<string, number> {
  const columns = new Map<string, number>()
  const columnOf = (name: string): number => {
    const known = columns.get(name)
    if (known !== undefined) return known
    const needs = steps.find(step => step.name === name)?.needs ?? []
    const among = needs.filter(need => steps.some(step => step.name === need))
    const column = among.length === 0 ? 0 : 1 + Math.max(...among.map(columnOf))
    columns.set(name, column)
    return column
  }
  for (const { name } of steps) columnOf(name)
  return columns
}

function pathOf(from: StepBox, to: StepBox): string {
  const [x1, y1] = [from.x + BOX.width, from.y + BOX.height / 2]
  const [x2, y2] = [to.x - HEAD, to.y + BOX.height / 2]
  const isNext = to.x - from.x === BOX.width + GAP.x
  if (isNext) return `M${x1},${y1} C${x1 + GAP.x / 2},${y1} ${x2 - GAP.x / 2},${y2} ${x2},${y2}`
  const low = Math.max(from.y, to.y) + BOX.height + GAP.y / 2
  const [out, back] = [x1 + GAP.x / 3, x2 - GAP.x / 3]
  return `M${x1},${y1} C${out},${y1} ${x1},${low} ${out + GAP.x / 3},${low} L${back - GAP.x / 3},${low} C${x2},${low} ${back},${y2} ${x2},${y2}`
}
