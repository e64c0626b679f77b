import './app/no-eval.ts'
import './ui/theme/tokens.css'
import './ui/theme/parts.css'
import { QueryClient } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { ApiError } from './api/client.ts'
import { LiveStore } from './api/live-store.ts'
import { App } from './app/app.tsx'

const store = new LiveStore({
  open: lastEventId =>
    new EventSource(
      lastEventId === null ? '/v1/live' : `/v1/live?last_event_id=${encodeURIComponent(lastEventId)}`,
    ),
  now: () => Date.now(),
  random: () => Math.random(),
})

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // A refusal (4xx) is an answer; only what may pass by itself is tried again.
      retry: (failures, error) =>
        failures < 3 && !(error instanceof ApiError && error.status !== null && error.status < 500),
      refetchOnWindowFocus: false,
    },
  },
})

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
createRoot(root).render(
  <StrictMode>
    <App store={store} queries={queries} />
  </StrictMode>,
)
