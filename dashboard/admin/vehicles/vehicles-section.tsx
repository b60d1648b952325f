import type { Schemas } from '../../../client/client.ts'
import { useApp } from '../../app-context.ts'
import { vehiclePath } from '../../routing/routes.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import type { Column } from '../lists/admin-table.tsx'
import { Listing } from '../lists/listing.tsx'
import { DeleteButton, EditButton } from '../lists/row-buttons.tsx'
import { NewButton, Search, Toolbar } from '../lists/toolbar.tsx'
import { useDialogs } from '../lists/use-dialogs.ts'
import { usePages } from '../lists/use-pages.ts'
import { useSearch } from '../lists/use-search.ts'
import { VehicleDialogs, type VehicleDialog } from './vehicle-dialogs.tsx'

type Vehicle = Schemas['Vehicle']

const COLUMNS: Column<Vehicle>[] = [
  { title: 'Key', cell: ({ key }) => <a href={vehiclePath(key)}>{key}</a> },
  { title: 'Name', cell: ({ name }) => name },
  { title: 'Plate', cell: ({ plate }) => plate },
  { title: 'Group', cell: ({ group }) => group },
  { title: 'Tags', cell: ({ tags }) => tags.join(', ') },
]

/** The list of vehicles, to create, import, edit and delete them. */
export function VehiclesSection() {
  const { refreshFleet } = useApp()
  const { search, setSearch, text } = useSearch()
  const pages = useVehicles(text)
  const reload = () => {
    pages.reload()
    refreshFleet()
  }
  const dialogs = useDialogs<VehicleDialog>(reload)
  const { setOpen } = dialogs
  const onCreate = () => setOpen({ what: 'create' })

  return (
    <>
      <Toolbar>
        <Search label="Search vehicles" value={search} onChange={setSearch} />
        <Button onClick={() => setOpen({ what: 'import' })}>Import CSV</Button>
        <NewButton label="New vehicle" onClick={onCreate} />
      </Toolbar>
      <Listing
        label="Vehicles"
        columns={COLUMNS}
        pages={pages}
        keyOf={({ key }) => key}
        actions={({ key }) => <VehicleActions vehicle={key} onOpen={setOpen} />}
        empty={<NoVehicles text={text} onCreate={onCreate} />}
      />
      <VehicleDialogs dialogs={dialogs} onImported={reload} />
    </>
  )
}

function useVehicles(text: string) {
  const { api } = useApp()
  return usePages(
    (cursor, signal) => {
      const query = { ...(text !== '' && { search: text }), ...(cursor !== undefined && { cursor }) }
      return api.GET('/api/vehicles', { params: { query }, signal })
    },
    [text],
  )
}

function VehicleActions({ vehicle, onOpen }: { vehicle: string; onOpen: (dialog: VehicleDialog) => void }) {
  const { navigate } = useApp()
  return (
    <>
      <Button onClick={() => navigate(`/admin/devices?vehicle=${vehicle}`)}>Devices</Button>
      <EditButton label={`Edit ${vehicle}`} onClick={() => onOpen({ what: 'edit', vehicle })} />
      <DeleteButton label={`Delete ${vehicle}`} onClick={() => onOpen({ what: 'delete', vehicle })} />
    </>
  )
}

/** `text` is what was searched for. */
function NoVehicles({ text, onCreate }: { text: string; onCreate: () => void }) {
  if (text !== '') return <EmptyState title={`No vehicle matches “${text}” by key, name, plate or VIN`} />
  return (
    <EmptyState title="No vehicles yet">
      <p>Readings belong to a vehicle. A device in the vehicle sends them and logs in with a token.</p>
      <Button kind="primary" onClick={onCreate}>
        Create the first vehicle
      </Button>
    </EmptyState>
  )
}
