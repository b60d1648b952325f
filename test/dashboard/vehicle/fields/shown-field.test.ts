import { expect } from 'chai'
import { formatField, labelOf, shownField } from '../../../../dashboard/vehicle/fields/shown-field.ts'

describe('a field', () => {
  it("a field is shown with its unit, in the viewer's units", () => {
    expect(formatField('speed', 100, 'metric', 'en')).to.equal('100 km/h')
    expect(formatField('speed', 100, 'imperial', 'en')).to.equal('62 mph')
    expect(formatField('battery_voltage', 12.34, 'imperial', 'en')).to.equal('12.3 V')
    expect(formatField('coolant_temp', 90, 'metric', 'en')).to.equal('90°C')
    expect(formatField('odometer', 12_345, 'metric', 'de')).to.equal('12.345 km')
  })

  it('a field may be a boolean, a text or an extra value', () => {
    expect(formatField('ignition', true, 'metric', 'en')).to.equal('on')
    expect(formatField('status', 'ok', 'metric', 'en')).to.equal('ok')
    expect(formatField('extra.load', 3, 'metric', 'en')).to.equal('3')
    expect(labelOf('extra.load')).to.equal('load')
    expect(labelOf('fuel_level')).to.equal('Fuel level')
  })

  it("a chart's values are in the unit of its label", () => {
    const { unit, factor } = shownField('altitude', 'imperial')
    expect(unit).to.equal('ft')
    expect(100 * factor).to.be.closeTo(328.08, 0.01)
  })
})
