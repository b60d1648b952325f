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
import { ConfirmDialog } from '../forms/confirm-dialog.tsx'
import { DeviceForm } from './device-form.tsx'
import { ImportDialog } from '../lists/import-dialog.tsx'
import { IssueToken } from '../tokens/issue-token.tsx'
import { Listing } from '../lists/listing.tsx'
import { DeleteButton, EditButton } from '../lists/row-buttons.tsx'
import { useDialogs } from '../lists/use-dialogs.ts'
import { Loaded } from '../forms/loaded.tsx'
import { Search, Toolbar } from '../lists/toolbar.tsx'
import { useDebounced } from '../lists/use-debounced.ts'
import { usePages } from '../lists/use-pages.ts'

type Device = Schemas['Device']
type Open =
  | { what: 'create' }
  | { what: 'import' }
  | { what: 'edit'; device: string }
  | { what: 'delete'; device: string }
  | { what: 'token'; device: string; vehicle: string | null }

const COLUMNS: Column<Device>[] = [
  { title: 'Key', cell: ({ key }) => key },
  { title: 'Name', cell: ({ name }) => name },
  {
    title: 'Vehicle',
    cell: ({ vehicle }) => (vehicle === null ? 'none' : <a href={vehiclePath(vehicle)}>{vehicle}</a>),
  },
  { title: 'Serial', cell: ({ serial }) => serial },
  { title: 'Firmware', cell: ({ firmware }) => firmware },
  { title: 'Signs its own tokens', cell: ({ public_key }) => (public_key === null ? '' : 'yes') },
]

export function DevicesSection() {
  const { api, navigate, route } = useApp()
  const vehicle = route.value.query.get('vehicle') ?? undefined
  const [search, setSearch] = useState('')
  const text = useDebounced(search.trim())
  const pages = usePages(
    (cursor, signal) => {
      const query = {
        ...(text !== '' && { search: text }),
        ...(vehicle !== undefined && { vehicle }),
        ...(cursor !== undefined && { cursor }),
      }
      return api.GET('/api/devices', { params: { query }, signal })
    },
    [text, vehicle],
  )
  const { open, setOpen, close, onDone } = useDialogs<Open>(pages.reload)

  const actions = ({ key, vehicle }: Device) => (
    <>
      <Button onClick={() => setOpen({ what: 'token', device: key, vehicle })}>New token</Button>
      <Button onClick={() => navigate(`/admin/tokens?device=${key}`)}>Tokens</Button>
      <EditButton label={`Edit ${key}`} onClick={() => setOpen({ what: 'edit', device: key })} />
      <DeleteButton label={`Delete ${key}`} onClick={() => setOpen({ what: 'delete', device: key })} />
    </>
  )

  const empty =
    text === '' ? (
      <EmptyState title={vehicle === undefined ? 'No devices yet' : `No devices in ${vehicle}`}>
        <p>
          A device sends the readings of its vehicle. The next step issues the token that it logs in with.
        </p>
        <Button kind="primary" onClick={() => setOpen({ what: 'create' })}>
          {vehicle === undefined ? 'Create the first device' : `Create a device for ${vehicle}`}
        </Button>
      </EmptyState>
    ) : (
      <EmptyState title={`No device matches “${text}” by key, name, serial number or vehicle`} />
    )

  return (
    <>
      <Toolbar>
        <Search label="Search devices" value={search} onChange={setSearch} />
        {vehicle !== undefined && (
          <Button onClick={() => navigate('/admin/devices')}>
            In {vehicle} <Icon name="close" />
            <span class="visually-hidden">show all devices</span>
          </Button>
        )}
        <Button onClick={() => setOpen({ what: 'import' })}>Import CSV</Button>
        <Button kind="primary" onClick={() => setOpen({ what: 'create' })}>
          <Icon name="plus" /> New device
        </Button>
      </Toolbar>
      <Listing pages={pages} empty={empty}>
        <AdminTable
          label="Devices"
          columns={COLUMNS}
          items={pages.items}
          keyOf={({ key }) => key}
          actions={actions}
        />
      </Listing>
      {open?.what === 'create' && (
        <Dialog title="New device" onClose={close}>
          <DeviceForm
            device={undefined}
            vehicle={vehicle}
            onClose={close}
            onDone={({ key, vehicle: its, public_key }) => {
              onDone(`${key} was created`)
              if (public_key === null) setOpen({ what: 'token', device: key, vehicle: its })
            }}
          />
        </Dialog>
      )}
      {open?.what === 'edit' && (
        <Dialog title={`Edit ${open.device}`} onClose={close}>
          <Loaded
            load={() => answerOf(api.GET('/api/devices/{key}', { params: { path: { key: open.device } } }))}
          >
            {(device, etag, reload) => (
              <DeviceForm
                device={device}
                etag={etag}
                reload={reload}
                onClose={close}
                onDone={({ key }) => onDone(`${key} was changed`)}
              />
            )}
          </Loaded>
        </Dialog>
      )}
      {open?.what === 'delete' && (
        <ConfirmDialog
          title={`Delete ${open.device}`}
          action="Delete"
          run={() => answerOf(api.DELETE('/api/devices/{key}', { params: { path: { key: open.device } } }))}
          onDone={() => onDone(`${open.device} was deleted`)}
          onClose={close}
        >
          <p>The device is disconnected, and its tokens stop working. Its readings are kept.</p>
        </ConfirmDialog>
      )}
      {open?.what === 'token' && (
        <IssueToken device={open.device} vehicle={open.vehicle} onIssued={() => {}} onClose={close} />
      )}
      {open?.what === 'import' && <ImportDialog what="devices" onClose={close} onImported={pages.reload} />}
    </>
  )
}
