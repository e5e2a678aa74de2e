/** Parameters and settings as a page prints them. Floor 4. */
/** A parameter or a setting, as it was given; `undefined` is "none". */
export type SettingValue = string | number | boolean | undefined | readonly (string | number | boolean)[]

/** `on` and `off` for booleans, `none` for what is not there, lists with commas. */
export function formatSetting(value: SettingValue): string {
  if (value === undefined) return 'none'
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  if (typeof value === 'object') return value.length === 0 ? 'none' : value.map(formatSetting).join(', ')
  return String(value)
}
