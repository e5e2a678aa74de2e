/** The texts of a new strategy and of its test, from the files beside this one. Floor 5. */
import { readFileSync } from 'node:fs'

/** A breakout that works as it stands and shows what a strategy has. `name` is in kebab-case, `year` the idea's. */
export function strategyText(name: string, year: number): string {
  return template('new-strategy.txt')
    .replaceAll('TITLE', titleOf(name))
    .replaceAll('YEAR', String(year))
    .replaceAll('VARIABLE', variableOf(name))
    .replaceAll('NAME', name)
}

/** Tests that hold a strategy to what it says. */
export function testText(name: string): string {
  return template('new-test.txt').replaceAll('NAME', name)
}

function template(file: string): string {
  return readFileSync(new URL(file, import.meta.url), 'utf8')
}

function titleOf(name: string): string {
  const words = name.replaceAll('-', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function variableOf(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
}
