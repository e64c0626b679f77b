import { QueryClientProvider, type QueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useEffect } from 'react'
import { BrowserRouter, Route, Routes } from 'react-router'
import { LiveProvider } from '../api/live-context.tsx'
import type { LiveStore } from '../api/live-store.ts'
import { later, loadTheRest } from '../ui/later.tsx'
import { EmptyNote } from '../ui/notes.tsx'
import { Frame } from './frame.tsx'
import { StreamNews } from './stream-news.tsx'

const LivePage = lazy(async () => ({ default: (await import('../pages/live-page.tsx')).LivePage }))
const CalendarPage = later(async () => ({
  default: (await import('../pages/calendar-page.tsx')).CalendarPage,
}))
const HistoryPage = later(async () => ({ default: (await import('../pages/history-page.tsx')).HistoryPage }))
const DataPage = later(async () => ({ default: (await import('../pages/data-page.tsx')).DataPage }))

export function App({ store, queries }: { store: LiveStore; queries: QueryClient }) {
  useEffect(loadTheRest, [])
  return (
    <QueryClientProvider client={queries}>
      <LiveProvider store={store}>
        <StreamNews />
        <BrowserRouter>
          <Frame>
            <Suspense fallback={<div className="page-wait" />}>
              <Routes>
                <Route path="/" element={<LivePage />} />
                <Route path="/calendar" element={<CalendarPage />} />
                <Route path="/history" element={<HistoryPage />} />
                <Route path="/data" element={<DataPage />} />
                <Route
                  path="*"
                  element={<EmptyNote title="There is no such page">Choose one at the left.</EmptyNote>}
                />
              </Routes>
            </Suspense>
          </Frame>
        </BrowserRouter>
      </LiveProvider>
    </QueryClientProvider>
  )
}
