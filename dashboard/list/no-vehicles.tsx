import { useApp } from '../app-context.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Loading } from '../ui/loading.tsx'

/** Why the list is empty, and a button that helps. */
export function NoVehicles() {
  const app = useApp()
  const { table, filter, live } = app
  if (table.count === 0 && live.value.state === 'connecting') return <Loading label="Loading the fleet" />
  if (table.count === 0)
    return (
      <EmptyState title="No vehicles yet">
        <p>Create a vehicle and a device for it. The tracker connects with the device's token.</p>
        <Button kind="primary" onClick={() => app.navigate('/admin/vehicles')}>
          Add a vehicle
        </Button>
      </EmptyState>
    )
  const clear = () => filter.change({ text: '', states: new Set(), group: undefined })
  return (
    <EmptyState title="No vehicle matches">
      <p>Change the search, the states or the group.</p>
      <Button onClick={clear}>Clear the filters</Button>
    </EmptyState>
  )
}
