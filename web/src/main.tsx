import './app/no-eval.ts'
import './ui/theme/tokens.css'
import './ui/theme/parts.css'
import { QueryClient } from '@tanstack/react-query'
import { lazy, StrictMode, Suspense } from 'react'
import { createRoot } from 'react-dom/client'
import { ApiError } from './api/client.ts'
import { LiveStore } from './api/live-store.ts'
import { publicCityOf } from './api/public-city.tsx'
import { queryText } from './api/query-text.ts'
import { TOPICS } from './api/streams.ts'
import { App } from './app/app.tsx'
// Tells the stylesheet the theme before anything is drawn, on pages without a map or a chart too.
import './ui/theme/theme.ts'

/** The picture of the city, and news of the streams, over one connection: a browser has six for a server, in all its tabs. */
const followed = ['readings', ...TOPICS].join(',')

const store = new LiveStore({
  open: lastEventId =>
    new EventSource(
      `/v1/live?${queryText({ streams: followed, ...(lastEventId === null ? {} : { last_event_id: lastEventId }) })}`,
    ),
  topics: TOPICS,
  now: () => Date.now(),
  random: () => Math.random(),
})

const PublicApp = lazy(async () => ({ default: (await import('./app/public-app.tsx')).PublicApp }))

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
const city = publicCityOf(document)
createRoot(root).render(
  <StrictMode>
    {city === null ? (
      <App store={store} queries={queries} />
    ) : (
      <Suspense>
        <PublicApp {...{ city, store, queries }} />
      </Suspense>
    )}
  </StrictMode>,
)
