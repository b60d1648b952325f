import { useState } from 'preact/hooks'
import type { Schemas } from '../../../client/client.ts'
import { useApp } from '../../app-context.ts'
import { vehiclePath } from '../../routing/routes.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Icon } from '../../ui/icon.tsx'
import { AdminTable, type Column } from '../lists/admin-table.tsx'
import { answerOf } from '../forms/answer.ts'
import { DeleteVehicle } from './delete-vehicle.tsx'
import { ImportDialog } from '../lists/import-dialog.tsx'
import { Listing } from '../lists/listing.tsx'
import { DeleteButton, EditButton } from '../lists/row-buttons.tsx'
import { useDialogs } from '../lists/use-dialogs.ts'
import { Loaded } from '../forms/loaded.tsx'
import { Search, Toolbar } from '../lists/toolbar.tsx'
import { useDebounced } from '../lists/use-debounced.ts'
import { usePages } from '../lists/use-pages.ts'
import { VehicleForm } from './vehicle-form.tsx'

type Vehicle = Schemas['Vehicle']
type Open =
  | { what: 'create' }
  | { what: 'import' }
  | { what: 'edit'; vehicle: string }
  | { what: 'delete'; vehicle: string }

const COLUMNS: Column<Vehicle>[] = [
  { title: 'Key', cell: ({ key }) => <a href={vehiclePath(key)}>{key}</a> },
  { title: 'Name', cell: ({ name }) => name },
  { title: 'Plate', cell: ({ plate }) => plate },
  { title: 'Group', cell: ({ group }) => group },
  { title: 'Tags', cell: ({ tags }) => tags.join(', ') },
]

export function VehiclesSection() {
  const { api, navigate, refreshFleet } = useApp()
  const [search, setSearch] = useState('')
  const text = useDebounced(search.trim())
  const pages = usePages(
    (cursor, signal) => {
      const query = { ...(text !== '' && { search: text }), ...(cursor !== undefined && { cursor }) }
      return api.GET('/api/vehicles', { params: { query }, signal })
    },
    [text],
  )
  const reload = () => {
    pages.reload()
    refreshFleet()
  }
  const { open, setOpen, close, onDone } = useDialogs<Open>(reload)

  const actions = ({ key }: Vehicle) => (
    <>
      <Button onClick={() => navigate(`/admin/devices?vehicle=${key}`)}>Devices</Button>
      <EditButton label={`Edit ${key}`} onClick={() => setOpen({ what: 'edit', vehicle: key })} />
      <DeleteButton label={`Delete ${key}`} onClick={() => setOpen({ what: 'delete', vehicle: key })} />
    </>
  )

  const empty =
    text === '' ? (
      <EmptyState title="No vehicles yet">
        <p>Readings belong to a vehicle. A device in the vehicle sends them and logs in with a token.</p>
        <Button kind="primary" onClick={() => setOpen({ what: 'create' })}>
          Create the first vehicle
        </Button>
      </EmptyState>
    ) : (
      <EmptyState title={`No vehicle matches “${text}” by key, name, plate or VIN`} />
    )

  return (
    <>
      <Toolbar>
        <Search label="Search vehicles" value={search} onChange={setSearch} />
        <Button onClick={() => setOpen({ what: 'import' })}>Import CSV</Button>
        <Button kind="primary" onClick={() => setOpen({ what: 'create' })}>
          <Icon name="plus" /> New vehicle
        </Button>
      </Toolbar>
      <Listing pages={pages} empty={empty}>
        <AdminTable
          label="Vehicles"
          columns={COLUMNS}
          items={pages.items}
          keyOf={({ key }) => key}
          actions={actions}
        />
      </Listing>
      {open?.what === 'create' && (
        <Dialog title="New vehicle" onClose={close}>
          <VehicleForm
            vehicle={undefined}
            onClose={close}
            onDone={({ key }) => {
              onDone(`${key} was created. Next, add its device.`)
              navigate(`/admin/devices?vehicle=${key}`)
            }}
          />
        </Dialog>
      )}
      {open?.what === 'edit' && (
        <Dialog title={`Edit ${open.vehicle}`} onClose={close}>
          <Loaded
            load={() => answerOf(api.GET('/api/vehicles/{key}', { params: { path: { key: open.vehicle } } }))}
          >
            {(vehicle, etag, readAgain) => (
              <VehicleForm
                vehicle={vehicle}
                etag={etag}
                reload={readAgain}
                onClose={close}
                onDone={({ key }) => onDone(`${key} was changed`)}
              />
            )}
          </Loaded>
        </Dialog>
      )}
      {open?.what === 'delete' && (
        <DeleteVehicle
          vehicle={open.vehicle}
          onClose={close}
          onDone={() => onDone(`${open.vehicle} was deleted`)}
        />
      )}
      {open?.what === 'import' && <ImportDialog what="vehicles" onClose={close} onImported={reload} />}
    </>
  )
}
