import './compare.css'
import { useIsPublic } from '../../../api/public-city.tsx'
import { useAddress } from '../../../ui/address.ts'
import type { HistoryChoice } from '../model/choice.ts'
import { PlaceChange } from './place-change.tsx'
import { WeatherRates } from './weather-rates.tsx'
import { Works } from './works.tsx'

const KINDS = [
  { value: 'weather', label: 'Weather' },
  { value: 'place', label: 'A place, before and after' },
  { value: 'works', label: 'Works and events' },
] as const
type Kind = (typeof KINDS)[number]['value']

/** What is compared beyond counting: each is worked on when somebody asks for it. */
export function Comparisons({ choice }: { choice: HistoryChoice }) {
  const { history, set } = useAddress()
  const isPublic = useIsPublic()
  // What is planned on the streets is not told to everybody.
  const kinds = isPublic ? KINDS.filter(({ value }) => value !== 'works') : KINDS
  const kind = kinds.find(({ value }) => value === history.compare)?.value ?? null
  const show = (next: Kind) => set({ compare: next === kind ? null : next })
  return (
    <section className="history-card comparisons" aria-labelledby="comparisons-title">
      <div className="history-card-head">
        <h2 id="comparisons-title">Compare</h2>
        <p>whether more happened than would have anyway</p>
        <div className="segmented" role="group" aria-label="What is compared">
          {kinds.map(({ value, label }) => (
            <button key={value} type="button" aria-pressed={value === kind} onClick={() => show(value)}>
              {label}
            </button>
          ))}
        </div>
      </div>
      {kind === 'weather' && <WeatherRates choice={choice} />}
      {kind === 'place' && <PlaceChange choice={choice} />}
      {kind === 'works' && <Works choice={choice} />}
    </section>
  )
}
