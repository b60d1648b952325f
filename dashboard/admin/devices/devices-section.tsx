import type { Schemas } from '../../../client/client.ts'
import { useApp } from '../../app-context.ts'
import { vehiclePath } from '../../routing/routes.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Icon } from '../../ui/icon.tsx'
import type { Column } from '../lists/admin-table.tsx'
import { Listing } from '../lists/listing.tsx'
import { DeleteButton, EditButton } from '../lists/row-buttons.tsx'
import { NewButton, Search, Toolbar } from '../lists/toolbar.tsx'
import { useDialogs } from '../lists/use-dialogs.ts'
import { usePages } from '../lists/use-pages.ts'
import { useSearch } from '../lists/use-search.ts'
import { DeviceDialogs, type DeviceDialog } from './device-dialogs.tsx'

type Device = Schemas['Device']

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

/** The list of devices, to create, import, edit and delete them; of one vehicle if the address names one. */
export function DevicesSection() {
  const { navigate, route } = useApp()
  const vehicle = route.value.query.get('vehicle') ?? undefined
  const { search, setSearch, text } = useSearch()
  const pages = useDevices(text, vehicle)
  const dialogs = useDialogs<DeviceDialog>(pages.reload)
  const { setOpen } = dialogs
  const onCreate = () => setOpen({ what: 'create' })

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
        <NewButton label="New device" onClick={onCreate} />
      </Toolbar>
      <Listing
        label="Devices"
        columns={COLUMNS}
        pages={pages}
        keyOf={({ key }) => key}
        actions={(device) => <DeviceActions device={device} onOpen={setOpen} />}
        empty={<NoDevices text={text} vehicle={vehicle} onCreate={onCreate} />}
      />
      <DeviceDialogs dialogs={dialogs} vehicle={vehicle} onImported={pages.reload} />
    </>
  )
}

function useDevices(text: string, vehicle: string | undefined) {
  const { api } = useApp()
  return usePages(
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
}

interface DeviceActionsProps {
  device: Device
  onOpen: (dialog: DeviceDialog) => void
}

function DeviceActions({ device: { key: device, vehicle }, onOpen }: DeviceActionsProps) {
  const { navigate } = useApp()
  return (
    <>
      <Button onClick={() => onOpen({ what: 'token', device, vehicle })}>New token</Button>
      <Button onClick={() => navigate(`/admin/tokens?device=${device}`)}>Tokens</Button>
      <EditButton label={`Edit ${device}`} onClick={() => onOpen({ what: 'edit', device })} />
      <DeleteButton label={`Delete ${device}`} onClick={() => onOpen({ what: 'delete', device })} />
    </>
  )
}

interface NoDevicesProps {
  /** what was searched for */
  text: string
  vehicle: string | undefined
  onCreate: () => void
}

function NoDevices({ text, vehicle, onCreate }: NoDevicesProps) {
  if (text !== '')
    return <EmptyState title={`No device matches “${text}” by key, name, serial number or vehicle`} />
  return (
    <EmptyState title={vehicle === undefined ? 'No devices yet' : `No devices in ${vehicle}`}>
      <p>A device sends the readings of its vehicle. The next step issues the token that it logs in with.</p>
      <Button kind="primary" onClick={onCreate}>
        {vehicle === undefined ? 'Create the first device' : `Create a device for ${vehicle}`}
      </Button>
    </EmptyState>
  )
}
