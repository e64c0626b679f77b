import './frame.css'
import { QueryClientProvider, type QueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useState, type ReactNode } from 'react'
import { BrowserRouter, Navigate, Route, Routes, useLocation } from 'react-router'
import type { City } from '../../../src/serve/contract/index.ts'
import { LiveProvider } from '../api/live-context.tsx'
import type { LiveStore } from '../api/live-store.ts'
import { PublicProvider } from '../api/public-city.tsx'
import { Nav, PUBLIC_PAGES } from './nav.tsx'
import { useTitle } from './title.ts'

const HistoryPage = lazy(async () => ({ default: (await import('../pages/history-page.tsx')).HistoryPage }))
const DisplayDialog = lazy(async () => ({
  default: (await import('../features/display/display-dialog.tsx')).DisplayDialog,
}))

interface Props {
  readonly city: City
  readonly store: LiveStore
  readonly queries: QueryClient
}

/** The page as citizens see it: the incident record. Nothing live is followed, and nothing else is asked for. */
export function PublicApp({ city, store, queries }: Props) {
  return (
    <QueryClientProvider client={queries}>
      <PublicProvider city={city}>
        <LiveProvider store={store} follows={false}>
          <BrowserRouter>
            <PublicFrame city={city}>
              <Suspense fallback={<div className="page-wait" />}>
                <Routes>
                  <Route path="/history" element={<HistoryPage />} />
                  <Route path="*" element={<ToHistory />} />
                </Routes>
              </Suspense>
            </PublicFrame>
          </BrowserRouter>
        </LiveProvider>
      </PublicProvider>
    </QueryClientProvider>
  )
}

function PublicFrame({ city, children }: { city: City; children: ReactNode }) {
  const [isOpen, setOpen] = useState(false)
  useTitle()
  return (
    <div className="frame">
      <a className="skip-link" href="#main">
        Skip to the content
      </a>
      <Nav pages={PUBLIC_PAGES} onDisplay={() => setOpen(true)} />
      <header className="frame-status public-status">{city.name}</header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
      <Suspense>{isOpen && <DisplayDialog onClose={() => setOpen(false)} />}</Suspense>
    </div>
  )
}

function ToHistory() {
  const { search } = useLocation()
  return <Navigate to={{ pathname: '/history', search }} replace />
}
