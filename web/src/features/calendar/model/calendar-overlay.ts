import { DAY_MS } from '../../../../../src/serve/contract/spans.ts'
import type { Overlay, OverlayPath, OverlaySign } from '../../../map/overlay/overlay.ts'
import { middleOf } from './geometry.ts'
import { phaseOf, type Happening, type Phase } from './happening.ts'
import { effectWords, glyphOf, phaseWords, shapeOf, typeWords, whenWords } from './happening-words.ts'

/** Who looks at the map asks about today; works cast their shadow a week ahead. */
const AHEAD_MS: Record<Happening['kind'], number> = { event: DAY_MS, zone: 7 * DAY_MS }

/** What the map shows of one kind: what lasts now, and what begins soon. */
export function calendarOverlay(
  happenings: readonly Happening[],
  kind: Happening['kind'],
  nowMs: number,
  timeZone: string,
): Overlay {
  const signs: OverlaySign[] = []
  const paths: OverlayPath[] = []
  for (const happening of happenings) {
    if (happening.kind !== kind || happening.twin) continue
    const phase = phaseOf(happening, nowMs)
    if (!isShown(happening, phase, nowMs)) continue
    const at = middleOf(happening.paths)
    if (at === null) continue
    const look = phase === 'active' ? 'active' : 'planned'
    const thing = {
      kind,
      id: happening.id,
      title: happening.title,
      lines: tipLines(happening, phase, nowMs, timeZone),
    }
    signs.push({ ...thing, at, image: { shape: shapeOf(happening), glyph: glyphOf(happening.type), look } })
    for (const path of happening.paths) if (path.length > 1) paths.push({ ...thing, path, look })
  }
  return { signs, paths, areas: [] }
}

/** On the map, and in the panel's list of what is on. */
export function isShown({ kind, startMs }: Happening, phase: Phase, nowMs: number): boolean {
  return phase === 'active' || (phase === 'planned' && startMs - nowMs <= AHEAD_MS[kind])
}

function tipLines(happening: Happening, phase: Phase, nowMs: number, timeZone: string): string[] {
  const { where, title } = happening
  return [
    `${typeWords(happening.type)}, ${phaseWords(happening, phase, nowMs)}`,
    whenWords(happening, timeZone),
    where === title ? null : where,
    effectWords(happening),
  ].filter(line => line !== null)
}
