import { useSyncExternalStore } from 'react'
import { RAMP, RAMP_INK, UNKNOWN_COLOUR, type Theme } from '../../map/ramp.ts'

export type ThemeChoice = 'system' | Theme

const KEY = 'arterial:theme'
const listeners = new Set<() => void>()
const prefersLight = globalThis.matchMedia('(prefers-color-scheme: light)')
let choice = readChoice()
prefersLight.addEventListener('change', show)
show()

export function useThemeChoice(): ThemeChoice {
  return useSyncExternalStore(subscribe, () => choice)
}

/** The theme in force. */
export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, themeNow)
}

export function chooseTheme(next: ThemeChoice): void {
  choice = next
  try {
    if (next === 'system') localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, next)
  } catch {
    // Storage is switched off: the choice holds until the page is left.
  }
  show()
}

function themeNow(): Theme {
  if (choice !== 'system') return choice
  return prefersLight.matches ? 'light' : 'dark'
}

/** Tells the stylesheet: which theme, and the ramp that the map uses too. */
function show(): void {
  const theme = themeNow()
  const root = document.documentElement
  root.dataset['themeNow'] = theme
  RAMP[theme].forEach((colour, step) => root.style.setProperty(`--step-${step}`, colour))
  RAMP_INK[theme].forEach((ink, step) => root.style.setProperty(`--ink-${step}`, ink))
  root.style.setProperty('--unknown', UNKNOWN_COLOUR[theme])
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function readChoice(): ThemeChoice {
  try {
    const stored = localStorage.getItem(KEY)
    return stored === 'light' || stored === 'dark' ? stored : 'system'
  } catch {
    return 'system'
  }
}
