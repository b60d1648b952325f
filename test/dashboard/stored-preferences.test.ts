import { expect } from 'chai'
import { openPreferences } from '../../dashboard/stored-preferences.ts'

/** The methods of a browser's storage that are used. */
function storageOf(text?: string) {
  const items = new Map<string, string>(text === undefined ? [] : [['fleetwire.preferences', text]])
  const storage = {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
  }
  return { items, open: () => storage as Storage }
}

describe('preferences', () => {
  it('preferences are the defaults at first', () => {
    const { theme, units, locale } = openPreferences(storageOf().open)
    expect([theme.value, units.value, locale.value]).to.deep.equal(['auto', 'metric', undefined])
  })

  it('preferences are kept until the next visit', () => {
    const storage = storageOf()
    const first = openPreferences(storage.open)
    first.theme.value = 'dark'
    first.units.value = 'imperial'
    first.locale.value = 'sv-SE'
    const { theme, units, locale } = openPreferences(storage.open)
    expect([theme.value, units.value, locale.value]).to.deep.equal(['dark', 'imperial', 'sv-SE'])
  })

  it('invalid stored preferences are replaced by the defaults', () => {
    for (const text of ['{', 'null', '7', '{"theme":"pink","units":1,"locale":"no locale"}']) {
      const { theme, units, locale } = openPreferences(storageOf(text).open)
      expect([theme.value, units.value, locale.value], text).to.deep.equal(['auto', 'metric', undefined])
    }
  })

  it('preferences last for a visit if the browser stores nothing', () => {
    const { theme } = openPreferences(() => {
      throw new Error('SecurityError')
    })
    theme.value = 'dark'
    expect(theme.value).to.equal('dark')
  })
})
