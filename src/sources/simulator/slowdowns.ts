import { HOUR_MS } from '../../core/time/spans.ts'
import { uniform } from './random.ts'

const SLOT_MS = 2 * HOUR_MS
const STREAM = 0x51d0
/** Breakdowns, crashes and deliveries in two hours: three in a hundred intersections. */
const PER_SITE_AND_SLOT = 0.03
const MIN_DURATION_MS = 15 * 60_000
const MAX_DURATION_MS = 80 * 60_000
const BUILD_UP_MS = 4 * 60_000
const CLEARING_MS = 12 * 60_000
/** What a neighbouring intersection feels of it. */
const SPILL_SHARE = 0.4

interface Slowdown {
  readonly startMs: number
  readonly endMs: number
  /** Share of the capacity that is lost, 0–1. */
  readonly loss: number
}

/**
 * Share of its capacity that an intersection has lost at an instant, 0 nearly everywhere.
 * Slowdowns are drawn for slots of two hours, so any moment needs only its own slot and the one before.
 */
export function slowdowns(seed: number, gridSize: number): (site: number, atMs: number) => number {
  let slot = NaN
  let bySite = new Map<number, Slowdown[]>()

  return (site, atMs) => {
    const atSlot = Math.floor(atMs / SLOT_MS)
    if (atSlot !== slot) {
      bySite = new Map()
      drawSlot(seed, gridSize, atSlot - 1, bySite)
      drawSlot(seed, gridSize, atSlot, bySite)
      slot = atSlot
    }
    const here = bySite.get(site)
    return here === undefined ? 0 : lossOf(here, atMs)
  }
}

function drawSlot(seed: number, gridSize: number, slot: number, bySite: Map<number, Slowdown[]>): void {
  const sites = gridSize * gridSize
  const count = Math.floor(sites * PER_SITE_AND_SLOT + uniform(seed + STREAM, slot, -1))
  for (let i = 0; i < count; i++) {
    const draw = (what: number) => uniform(seed + STREAM, slot, i * 8 + what)
    const site = Math.floor(draw(0) * sites)
    const startMs = (slot + draw(1)) * SLOT_MS
    const endMs = startMs + MIN_DURATION_MS + draw(2) * (MAX_DURATION_MS - MIN_DURATION_MS)
    const loss = 0.3 + 0.45 * draw(3)
    add(bySite, site, { startMs, endMs, loss })
    for (const neighbour of neighboursOf(site, gridSize)) {
      add(bySite, neighbour, { startMs: startMs + BUILD_UP_MS, endMs, loss: loss * SPILL_SHARE })
    }
  }
}

function lossOf(here: readonly Slowdown[], atMs: number): number {
  let loss = 0
  for (const one of here) {
    const grown = (atMs - one.startMs) / BUILD_UP_MS
    const left = (one.endMs - atMs) / CLEARING_MS
    loss = Math.max(loss, one.loss * Math.min(1, grown, left))
  }
  return loss
}

function neighboursOf(site: number, gridSize: number): number[] {
  const column = site % gridSize
  const near = [site - gridSize, site + gridSize]
  if (column > 0) near.push(site - 1)
  if (column < gridSize - 1) near.push(site + 1)
  return near.filter(other => other >= 0 && other < gridSize * gridSize)
}

function add(bySite: Map<number, Slowdown[]>, site: number, slowdown: Slowdown): void {
  const here = bySite.get(site)
  if (here === undefined) bySite.set(site, [slowdown])
  else here.push(slowdown)
}
