import { createContext, use, type ReactNode } from 'react'
import { PUBLIC_META, City } from '../../../src/serve/contract/index.ts'
import { useLiveSlice } from './live-context.tsx'

const PublicContext = createContext<City | null>(null)

/** Of the page as it stands at the public address. */
export function PublicProvider({ city, children }: { city: City; children: ReactNode }) {
  return <PublicContext value={city}>{children}</PublicContext>
}

/** What the server wrote into the page at its public address; null at the other one. */
export function publicCityOf(page: Pick<Document, 'querySelector'>): City | null {
  const told = page.querySelector(`meta[name="${PUBLIC_META}"]`)?.getAttribute('content') ?? null
  return told === null ? null : City.parse(JSON.parse(told))
}

/** Whether only the incident record may be asked for. */
export function useIsPublic(): boolean {
  return use(PublicContext) !== null
}

/** Something of the city itself; null until it is known. */
export function useOfCity<T>(select: (city: City) => T): T | null {
  const told = use(PublicContext)
  const live = useLiveSlice(view => (view.state === null ? null : select(view.state.status.city)))
  return told === null ? live : select(told)
}
