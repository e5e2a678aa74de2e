/** The door of notebooks: names only. */
export { display } from '../../engine/app/notebook/recorder.js'
export { type BacktestOptions, backtest, type NotebookRun, type Row } from './backtest.js'
export { type BarRow, loadBars, toBars, toRows } from './load-bars.js'
export { type SqlRow, sql, sqlIn } from './sql.js'
export { type NotebookSweep, type SweepOptions, sweep } from './sweep.js'
