/** The lists among a run's orders, and how each stands. Floor 1. */
import { type ListStatus, listStatus } from '../../model/list-status.js'
import { isOpen, type OrderNumber, type OrderRecord } from '../../model/order.js'

/** A list in the exchange's words. An OTOCO is of contingency OTO, as there. */
export interface OrderListRecord extends ListStatus {
  readonly contingencyType: 'OCO' | 'OTO'
  /** Its orders, the first one first. */
  readonly orders: readonly OrderNumber[]
}

/** The lists of a run, oldest first. */
export function orderLists(records: readonly OrderRecord[]): readonly OrderListRecord[] {
  const byList = new Map<OrderNumber, OrderRecord[]>()
  for (const record of records) {
    const { list } = record.order
    if (list === undefined) continue
    const members = byList.get(list)
    if (members) members.push(record)
    else byList.set(list, [record])
  }
  return [...byList.values()].map((members) => ({
    contingencyType: members.some(({ order }) => order.listRole !== undefined) ? 'OTO' : 'OCO',
    orders: members.map(({ order }) => order.number),
    ...listStatus(
      members.every(({ status }) => status === 'REJECTED'),
      members.some(({ status }) => isOpen(status)),
    ),
  }))
}
