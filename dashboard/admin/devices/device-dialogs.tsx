import { useApp } from '../../app-context.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { answerOf } from '../forms/answer.ts'
import { ConfirmDialog } from '../forms/confirm-dialog.tsx'
import { EditDialog } from '../forms/edit-dialog.tsx'
import { ImportDialog } from '../lists/import-dialog.tsx'
import type { Dialogs } from '../lists/use-dialogs.ts'
import { IssueToken } from '../tokens/issue-token.tsx'
import { DeviceForm } from './device-form.tsx'

export type DeviceDialog =
  | { what: 'create' }
  | { what: 'import' }
  | { what: 'edit'; device: string }
  | { what: 'delete'; device: string }
  | { what: 'token'; device: string; vehicle: string | null }

export interface DeviceDialogsProps {
  dialogs: Dialogs<DeviceDialog>
  /** the vehicle that a new device is for */
  vehicle: string | undefined
  onImported: () => void
}

/** The open dialog of the devices' section. */
export function DeviceDialogs({ dialogs, vehicle, onImported }: DeviceDialogsProps) {
  const { api } = useApp()
  const { open, setOpen, close, onDone } = dialogs
  switch (open?.what) {
    case 'create':
      return (
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
      )
    case 'edit': {
      const params = { path: { key: open.device } }
      return (
        <EditDialog
          title={`Edit ${open.device}`}
          load={() => answerOf(api.GET('/api/devices/{key}', { params }))}
          onClose={close}
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
        </EditDialog>
      )
    }
    case 'delete':
      return <DeleteDevice device={open.device} onDone={onDone} onClose={close} />
    case 'token':
      return <IssueToken device={open.device} vehicle={open.vehicle} onIssued={() => {}} onClose={close} />
    case 'import':
      return <ImportDialog what="devices" onClose={close} onImported={onImported} />
    case undefined:
      return null
  }
}

interface DeleteDeviceProps {
  device: string
  onDone: (message: string) => void
  onClose: () => void
}

function DeleteDevice({ device, onDone, onClose }: DeleteDeviceProps) {
  const { api } = useApp()
  const params = { path: { key: device } }
  return (
    <ConfirmDialog
      title={`Delete ${device}`}
      action="Delete"
      run={() => answerOf(api.DELETE('/api/devices/{key}', { params }))}
      onDone={() => onDone(`${device} was deleted`)}
      onClose={onClose}
    >
      <p>The device is disconnected, and its tokens stop working. Its readings are kept.</p>
    </ConfirmDialog>
  )
}
