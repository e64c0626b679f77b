import './frame.css'
import { Suspense, useCallback, useState, type ReactNode } from 'react'
import { useLocation, useNavigate } from 'react-router'
import { ConnectionBanner } from '../features/status-line/connection-banner.tsx'
import { StatusLine } from '../features/status-line/status-line.tsx'
import type { Hit } from '../features/search/view-model.ts'
import { WeatherNow } from '../features/weather/weather-now.tsx'
import { CHOICES } from '../ui/address.ts'
import { later } from '../ui/later.tsx'
import { useShortcut } from '../ui/shortcuts.ts'
import { Nav } from './nav.tsx'
import { useTitle } from './title.ts'

const SearchDialog = later(async () => ({
  default: (await import('../features/search/search-dialog.tsx')).SearchDialog,
}))
const DisplayDialog = later(async () => ({
  default: (await import('../features/display/display-dialog.tsx')).DisplayDialog,
}))
const KeysDialog = later(async () => ({
  default: (await import('../features/display/keys-dialog.tsx')).KeysDialog,
}))

type Open = 'search' | 'display' | 'keys' | null

/** What every page stands in: navigation, status, and the dialogs that are the same everywhere. */
export function Frame({ children }: { children: ReactNode }) {
  const [open, setOpen] = useState<Open>(null)
  const navigate = useNavigate()
  const { search } = useLocation()
  const go = useCallback((pathname: string) => void navigate({ pathname, search }), [navigate, search])
  const close = useCallback(() => setOpen(null), [])
  useShortcut(
    '/',
    useCallback(() => setOpen('search'), []),
  )
  useShortcut(
    '?',
    useCallback(() => setOpen('keys'), []),
  )
  useShortcut(
    'l',
    useCallback(() => go('/'), [go]),
  )
  useShortcut(
    'c',
    useCallback(() => go('/calendar'), [go]),
  )
  useShortcut(
    'h',
    useCallback(() => go('/history'), [go]),
  )
  useShortcut(
    'd',
    useCallback(() => go('/data'), [go]),
  )
  useTitle()

  const onPick = ({ kind, id }: Hit) => {
    const next = new URLSearchParams(search)
    for (const each of CHOICES) next.delete(each)
    next.set(kind, id)
    if (kind === 'site') next.delete('district')
    setOpen(null)
    void navigate({ pathname: '/', search: next.toString() })
  }
  return (
    <div className="frame">
      <a className="skip-link" href="#main">
        Skip to the content
      </a>
      <Nav onDisplay={() => setOpen('display')} onKeys={() => setOpen('keys')} />
      <header className="frame-status">
        <StatusLine weather={<WeatherNow />} onSearch={() => setOpen('search')} />
        <ConnectionBanner />
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
      <Suspense>
        {open === 'search' && <SearchDialog onClose={close} onPick={onPick} />}
        {open === 'display' && <DisplayDialog onClose={close} onKeys={() => setOpen('keys')} />}
        {open === 'keys' && <KeysDialog onClose={close} />}
      </Suspense>
    </div>
  )
}
