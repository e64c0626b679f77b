import './search-dialog.css'
import { IconMapPin, IconPolygon } from '@tabler/icons-react'
import { useId, useState, type KeyboardEvent } from 'react'
import { usePlaces } from '../../api/places.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { searchHits, type Hit } from './view-model.ts'

export interface SearchDialogProps {
  readonly onClose: () => void
  readonly onPick: (hit: Hit) => void
}

/** Sites and districts by name or id; arrows choose, Enter opens. */
export function SearchDialog({ onClose, onPick }: SearchDialogProps) {
  const { places } = usePlaces()
  const [query, setQuery] = useState('')
  const [active, setActive] = useState(0)
  const list = useId()
  const hits = searchHits(query, places.byId.values(), places.districts)
  const chosen = Math.min(active, hits.length - 1)

  const onKey = (event: KeyboardEvent) => {
    const hit = hits[chosen]
    if (event.key === 'ArrowDown') setActive(Math.min(hits.length - 1, chosen + 1))
    else if (event.key === 'ArrowUp') setActive(Math.max(0, chosen - 1))
    else if (event.key === 'Enter' && hit !== undefined) onPick(hit)
    else return
    event.preventDefault()
  }
  return (
    <Dialog title="Search the city" onClose={onClose}>
      <input
        className="search-input"
        role="combobox"
        type="text"
        autoComplete="off"
        spellCheck={false}
        placeholder="Intersection, street or district"
        aria-label="Intersection, street or district"
        aria-expanded={hits.length > 0}
        aria-controls={list}
        aria-activedescendant={hits.length > 0 ? `${list}-${chosen}` : undefined}
        value={query}
        onChange={event => {
          setQuery(event.target.value)
          setActive(0)
        }}
        onKeyDown={onKey}
      />
      <ul className="search-hits" id={list} role="listbox" aria-label="Places found">
        {hits.map((hit, i) => (
          <li
            key={`${hit.kind}-${hit.id}`}
            id={`${list}-${i}`}
            role="option"
            aria-selected={i === chosen}
            onPointerMove={() => setActive(i)}
            onClick={() => onPick(hit)}
          >
            {hit.kind === 'site' ? <IconMapPin aria-hidden="true" /> : <IconPolygon aria-hidden="true" />}
            <span>{hit.title}</span>
            <span className="search-detail">{hit.detail}</span>
          </li>
        ))}
      </ul>
      {hits.length === 0 && (
        <p className="search-none" role="status">
          Nothing is named “{query}”. Try part of a street’s name, or an id such as the ones in the table.
        </p>
      )}
    </Dialog>
  )
}
