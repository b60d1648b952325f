import { AccountSettings } from './account-settings.tsx'
import { DisplaySettings } from './display-settings.tsx'
import { PasswordForm } from './password-form.tsx'
import './settings-view.css'

export function SettingsView() {
  return (
    <div class="settings-view">
      <h1>Settings</h1>
      <section class="settings-view__section" aria-labelledby="settings-display">
        <h2 id="settings-display">Display</h2>
        <p class="settings-view__note">Saved in this browser.</p>
        <DisplaySettings />
      </section>
      <section class="settings-view__section" aria-labelledby="settings-password">
        <h2 id="settings-password">Password</h2>
        <p class="settings-view__note">
          Changing it ends all your other sessions and tokens. You stay logged in here.
        </p>
        <PasswordForm />
      </section>
      <section class="settings-view__section" aria-labelledby="settings-account">
        <h2 id="settings-account">Account</h2>
        <AccountSettings />
      </section>
    </div>
  )
}
