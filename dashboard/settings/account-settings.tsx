import { useState } from 'preact/hooks'
import { useApp } from '../app-context.ts'
import { formatDateTime } from '../format/format-time.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'

export function AccountSettings() {
  const { me, api, logout, notify, preferences } = useApp()
  const [isAsking, setAsking] = useState(false)
  const { email, role, created_at } = me.value

  async function logoutEverywhere(): Promise<void> {
    setAsking(false)
    try {
      const { error } = await api.POST('/api/me/logout-everywhere')
      if (error) notify(error.detail, 'error')
      else logout()
    } catch {
      notify('The server cannot be reached: you are still logged in.', 'error')
    }
  }

  return (
    <>
      <p class="settings-view__who">
        <strong>{email}</strong>, {role === 'admin' ? 'administrator' : 'user'} since{' '}
        {formatDateTime(Date.parse(created_at), preferences.locale.value)}
      </p>
      <div class="settings-view__actions">
        <Button onClick={logout}>Log out</Button>
        <Button kind="danger" onClick={() => setAsking(true)}>
          Log out everywhere
        </Button>
      </div>
      {isAsking && (
        <Dialog title="Log out everywhere?" onClose={() => setAsking(false)}>
          <div class="settings-view__form">
            <p>
              This ends all your sessions and tokens, including the ones you are using now. Devices are not
              affected.
            </p>
            <div class="settings-view__actions">
              <Button kind="danger" onClick={() => void logoutEverywhere()}>
                Log out everywhere
              </Button>
              <Button onClick={() => setAsking(false)}>Stay logged in</Button>
            </div>
          </div>
        </Dialog>
      )}
    </>
  )
}
