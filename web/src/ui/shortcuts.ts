import { useEffect, useSyncExternalStore } from 'react'

const KEY = 'arterial:shortcuts'
const listeners = new Set<() => void>()
let on = readOn()

/** Keys without Ctrl or Alt can be switched off: speech input and unsteady hands press them by accident (WCAG 2.1.4). */
export function useShortcutsOn(): boolean {
  return useSyncExternalStore(
    listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => on,
  )
}

export function switchShortcuts(next: boolean): void {
  on = next
  try {
    localStorage.setItem(KEY, next ? 'on' : 'off')
  } catch {
    // Storage is switched off: the choice holds until the page is left.
  }
  for (const listener of listeners) listener()
}

/** Runs `act` when the key is pressed outside of text fields and dialogs. */
export function useShortcut(key: string, act: () => void): void {
  useEffect(() => {
    const listener = (event: KeyboardEvent) => {
      if (event.key !== key || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented)
        return
      if (key.length === 1 && !on) return
      if (isTyping(event.target) || document.querySelector('dialog[open]') !== null) return
      event.preventDefault()
      act()
    }
    document.addEventListener('keydown', listener)
    return () => document.removeEventListener('keydown', listener)
  }, [key, act])
}

/** j, k, arrows, Home and End walk the `[data-row]` elements within the element that listens. */
export function walkRows(event: React.KeyboardEvent<HTMLElement>): void {
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-row]')]
  const here = rows.findIndex(row => row === document.activeElement)
  const there = targetRow(event.key, here, rows.length)
  if (there === null || isTyping(event.target)) return
  event.preventDefault()
  rows[there]?.focus()
}

/** Puts the focus on a row of a virtual list: at once where the row is drawn, so that the next key finds it there, else with the next frame. */
export function focusRow(list: HTMLElement | null, selector: string): void {
  const drawn = () => list?.querySelector<HTMLElement>(selector) ?? null
  const here = drawn()
  if (here === null) requestAnimationFrame(() => drawn()?.focus())
  else here.focus()
}

/** Where a key leads in a list of `length` rows; null when it is not a key for lists. */
export function targetRow(key: string, here: number, length: number): number | null {
  if (length === 0) return null
  const letters = on
  if (key === 'ArrowDown' || (letters && key === 'j')) return Math.min(length - 1, here + 1)
  if (key === 'ArrowUp' || (letters && key === 'k')) return Math.max(0, here - 1)
  if (key === 'Home') return 0
  if (key === 'End') return length - 1
  return null
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLInputElement ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  )
}

function readOn(): boolean {
  try {
    return localStorage.getItem(KEY) !== 'off'
  } catch {
    return true
  }
}
