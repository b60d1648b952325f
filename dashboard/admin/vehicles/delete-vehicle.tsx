import { useState } from 'preact/hooks'
import { useApp } from '../../app-context.ts'
import { answerOf } from '../forms/answer.ts'
import { ConfirmDialog } from '../forms/confirm-dialog.tsx'

export interface DeleteVehicleProps {
  vehicle: string
  onDone: () => void
  onClose: () => void
}

export function DeleteVehicle({ vehicle, onDone, onClose }: DeleteVehicleProps) {
  const { api, me } = useApp()
  const [history, setHistory] = useState<'keep' | 'delete'>('keep')
  const params = { path: { key: vehicle }, query: { history } }
  return (
    <ConfirmDialog
      title={`Delete ${vehicle}`}
      action={history === 'delete' ? 'Delete the vehicle and its readings' : 'Delete'}
      run={() => answerOf(api.DELETE('/api/vehicles/{key}', { params }))}
      onDone={onDone}
      onClose={onClose}
    >
      <p>
        The devices of the vehicle are kept. They cannot connect until you assign them to another vehicle.
      </p>
      {me.value.role === 'admin' ? (
        <fieldset>
          <legend class="admin-form__legend">Its readings</legend>
          {CHOICES.map(([value, label]) => (
            <label class="admin-form__choice" key={value}>
              <input
                type="radio"
                name="history"
                checked={history === value}
                onChange={() => setHistory(value)}
              />
              {label}
            </label>
          ))}
        </fieldset>
      ) : (
        <p class="admin-form__note">Its readings are kept in the database.</p>
      )}
    </ConfirmDialog>
  )
}

const CHOICES = [
  ['keep', 'Keep them in the database'],
  ['delete', 'Delete them permanently'],
] as const
