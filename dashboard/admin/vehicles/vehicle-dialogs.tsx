import { useApp } from '../../app-context.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { answerOf } from '../forms/answer.ts'
import { EditDialog } from '../forms/edit-dialog.tsx'
import { ImportDialog } from '../lists/import-dialog.tsx'
import type { Dialogs } from '../lists/use-dialogs.ts'
import { DeleteVehicle } from './delete-vehicle.tsx'
import { VehicleForm } from './vehicle-form.tsx'

export type VehicleDialog =
  | { what: 'create' }
  | { what: 'import' }
  | { what: 'edit'; vehicle: string }
  | { what: 'delete'; vehicle: string }

export interface VehicleDialogsProps {
  dialogs: Dialogs<VehicleDialog>
  onImported: () => void
}

/** The open dialog of the vehicles' section. */
export function VehicleDialogs({ dialogs: { open, close, onDone }, onImported }: VehicleDialogsProps) {
  const { api, navigate } = useApp()
  switch (open?.what) {
    case 'create':
      return (
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
      )
    case 'edit': {
      const params = { path: { key: open.vehicle } }
      return (
        <EditDialog
          title={`Edit ${open.vehicle}`}
          load={() => answerOf(api.GET('/api/vehicles/{key}', { params }))}
          onClose={close}
        >
          {(vehicle, etag, reload) => (
            <VehicleForm
              vehicle={vehicle}
              etag={etag}
              reload={reload}
              onClose={close}
              onDone={({ key }) => onDone(`${key} was changed`)}
            />
          )}
        </EditDialog>
      )
    }
    case 'delete':
      return (
        <DeleteVehicle
          vehicle={open.vehicle}
          onClose={close}
          onDone={() => onDone(`${open.vehicle} was deleted`)}
        />
      )
    case 'import':
      return <ImportDialog what="vehicles" onClose={close} onImported={onImported} />
    case undefined:
      return null
  }
}
