import {
  IconAdjustments,
  IconCalendar,
  IconDatabase,
  IconHistory,
  IconKeyboard,
  IconMap2,
} from '@tabler/icons-react'
import { NavLink, useLocation } from 'react-router'

const PAGES = [
  { path: '/', label: 'Live', Icon: IconMap2 },
  { path: '/calendar', label: 'Calendar', Icon: IconCalendar },
  { path: '/history', label: 'History', Icon: IconHistory },
  { path: '/data', label: 'Data', Icon: IconDatabase },
]
/** Those at the public address. */
export const PUBLIC_PAGES = PAGES.filter(({ path }) => path === '/history')

interface NavProps {
  readonly pages?: typeof PAGES
  readonly onDisplay: () => void
  /** Not given, there is no list of keys. */
  readonly onKeys?: () => void
}

/** At the left; at the bottom of a phone. Only pages that exist. */
export function Nav({ pages = PAGES, onDisplay, onKeys }: NavProps) {
  const { search } = useLocation()
  return (
    <nav className="nav" aria-label="Pages">
      <img className="nav-mark" src="/mark.svg" alt="Arterial" width="30" height="30" />
      {pages.map(({ path, label, Icon }) => (
        <NavLink key={path} className="nav-item" to={{ pathname: path, search }} end>
          <Icon aria-hidden="true" />
          {label}
        </NavLink>
      ))}
      <span className="nav-space" />
      {onKeys !== undefined && (
        <button type="button" className="nav-item nav-keys" onClick={onKeys}>
          <IconKeyboard aria-hidden="true" />
          Keys
        </button>
      )}
      <button type="button" className="nav-item" onClick={onDisplay}>
        <IconAdjustments aria-hidden="true" />
        Display
      </button>
    </nav>
  )
}
