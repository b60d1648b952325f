import { useEffect, useState } from 'preact/hooks'
import type { JSX } from 'preact'
import { useApp } from '../app-context.ts'
import { VEHICLE_TABS, vehiclePath, type VehicleTab } from '../routing/routes.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Icon } from '../ui/icon.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { useRequest } from '../ui/use-request.ts'
import { CommandsTab } from './commands/commands-tab.tsx'
import { DataTab } from './data/data-tab.tsx'
import { EventsTab } from './events/events-tab.tsx'
import { HistoryTab } from './history/history-tab.tsx'
import { NowTab } from './now/now-tab.tsx'
import { ReplayTab } from './replay/replay-tab.tsx'
import { VehicleHeader } from './vehicle-header.tsx'
import './vehicle-panel.css'

const TABS: Record<VehicleTab, { label: string; Content: (props: { vehicle: string }) => JSX.Element }> = {
  now: { label: 'Now', Content: NowTab },
  history: { label: 'History', Content: HistoryTab },
  replay: { label: 'Replay', Content: ReplayTab },
  events: { label: 'Events', Content: EventsTab },
  commands: { label: 'Commands', Content: CommandsTab },
  data: { label: 'Data', Content: DataTab },
}

/** The panel of the vehicle in the address; empty if the address names no vehicle. */
export function VehiclePanel() {
  const route = useApp().route.value
  if (route.view !== 'map' || route.vehicle === undefined) return null
  // Each vehicle has a panel of its own, so that no data or request of the previous one remains.
  return <PanelOf key={route.vehicle} vehicle={route.vehicle} tab={route.tab} />
}

function PanelOf({ vehicle, tab }: { vehicle: string; tab: VehicleTab }) {
  const app = useApp()
  const [isTall, setTall] = useState(false)
  const about = useRequest(
    (signal) => app.api.GET('/api/vehicles/{key}', { params: { path: { key: vehicle } }, signal }),
    [vehicle],
  )

  useEffect(
    () => () => {
      if (app.followed.peek() === vehicle) app.followed.value = undefined
    },
    [],
  )

  // A phone does not show all tabs at once.
  useEffect(() => {
    document.getElementById(`tab-${tab}`)?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [tab])

  const isMissing = about.error?.code === 'not_found'
  const { Content } = TABS[tab]
  return (
    <div class={`vehicle-panel${isTall ? ' vehicle-panel--tall' : ''}`}>
      <div class="vehicle-panel__size">
        <Button
          label={isTall ? 'Make the panel smaller' : 'Make the panel larger'}
          onClick={() => setTall(!isTall)}
        >
          <Icon name="chevron" />
        </Button>
      </div>
      <VehicleHeader vehicle={vehicle} about={about.data} onClose={() => app.navigate('/')} />
      {isMissing ? (
        <EmptyState title={`Vehicle ${vehicle} not found`}>
          <p>It was deleted, or you do not have access to it.</p>
        </EmptyState>
      ) : (
        <>
          <Tabs
            label="About this vehicle"
            tabs={VEHICLE_TABS.map((id) => ({ id, label: TABS[id].label }))}
            selected={tab}
            onSelect={(id) => app.navigate(vehiclePath(vehicle, id))}
          />
          <div class="vehicle-panel__content" role="tabpanel" aria-labelledby={`tab-${tab}`} tabIndex={0}>
            <Content key={tab} vehicle={vehicle} />
          </div>
        </>
      )}
    </div>
  )
}
