import { useApp } from '../../app-context.ts'
import { vehiclePath } from '../../routing/routes.ts'
import { dayOf, rangeOfDay } from './day.ts'

export interface ChosenDay {
  day: string
  fromMs: number
  toMs: number
  choose: (day: string) => void
}

/** The day in the address, `?day=2026-11-22`; today if the address has no day. */
export function useDay(): ChosenDay {
  const app = useApp()
  const { route } = app
  const at = route.value
  const today = dayOf(Date.now())
  const asked = at.query.get('day') ?? today
  const range = rangeOfDay(asked)
  const day = range === undefined ? today : asked
  const { fromMs, toMs } = range ?? rangeOfDay(today) ?? { fromMs: 0, toMs: 0 }
  return {
    day,
    fromMs,
    toMs,
    choose(next) {
      if (at.view !== 'map' || at.vehicle === undefined || rangeOfDay(next) === undefined) return
      const query = new URLSearchParams(at.query)
      query.set('day', next)
      app.navigate(`${vehiclePath(at.vehicle, at.tab)}?${query}`, { replace: true })
    },
  }
}
