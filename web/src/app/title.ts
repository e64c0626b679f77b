import { useEffect } from 'react'
import { useLocation } from 'react-router'
import { useOfCity } from '../api/public-city.tsx'

const PAGE_NAMES: Partial<Record<string, string>> = {
  '/data': 'Data',
  '/calendar': 'Calendar',
  '/history': 'History',
}

/** The window's title: page and city. */
export function useTitle(): void {
  const city = useOfCity(({ name }) => name)
  const { pathname } = useLocation()
  useEffect(() => {
    const page = PAGE_NAMES[pathname] ?? 'Live'
    document.title = city === null ? `${page} · Arterial` : `${page} · ${city} · Arterial`
  }, [city, pathname])
}
