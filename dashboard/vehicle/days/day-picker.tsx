import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { dayOf, shiftDay } from './day.ts'
import type { ChosenDay } from './use-day.ts'

/** Chooses a day in the browser's time zone. */
export function DayPicker({ day, choose }: ChosenDay) {
  const today = dayOf(Date.now())
  return (
    <div class="vehicle-panel__day">
      <span class="vehicle-panel__previous">
        <Button label="Previous day" onClick={() => choose(shiftDay(day, -1))}>
          <Icon name="chevron" />
        </Button>
      </span>
      <input
        type="date"
        aria-label="Day"
        value={day}
        min="2000-01-01"
        max={today}
        onChange={(event) => choose(event.currentTarget.value)}
      />
      <Button label="Next day" disabled={day >= today} onClick={() => choose(shiftDay(day, 1))}>
        <Icon name="chevron" />
      </Button>
    </div>
  )
}
