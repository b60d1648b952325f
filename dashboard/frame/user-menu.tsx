import { useApp } from '../app-context.ts'
import { Icon } from '../ui/icon.tsx'
import './user-menu.css'

/** The user's menu, with the logout. The browser closes the popover on Esc and on a click elsewhere. */
export function UserMenu() {
  const { me, logout } = useApp()
  const { name, email, role } = me.value
  return (
    <div class="user-menu">
      <button
        type="button"
        class="frame__link"
        popovertarget="user-menu"
        aria-label={`Account of ${email}`}
        title={email}
      >
        <Icon name="user" />
      </button>
      <div id="user-menu" popover="auto" class="user-menu__box">
        <div class="user-menu__who">
          <strong>{name || email}</strong>
          {name && <span>{email}</span>}
          <span>{role === 'admin' ? 'Administrator' : 'User'}</span>
        </div>
        <a class="user-menu__item" href="/settings" onClick={close}>
          <Icon name="settings" /> Settings
        </a>
        <a class="user-menu__item" href="/docs" target="_blank" rel="noreferrer" onClick={close}>
          <Icon name="list" /> API reference
        </a>
        <button type="button" class="user-menu__item" onClick={logout}>
          <Icon name="logout" /> Log out
        </button>
      </div>
    </div>
  )
}

function close(event: Event): void {
  const box = event.target instanceof Element ? event.target.closest('[popover]') : null
  if (box instanceof HTMLElement) box.hidePopover()
}
