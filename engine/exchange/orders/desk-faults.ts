/** What faults do to orders: hide them from queries, and fill them ahead of a request. Floor 3. */
import { parseUnits } from '../../model/money.js'
import type { Fault } from '../faults/fault.js'
import type { Params } from '../rest/params.js'
import type { Desk } from './desk.js'
import type { DeskWorld } from './desk-world.js'
import { isResting, leftOf } from './exchange-order.js'

/** Hides orders from a number on for so long: the exchange's database lags behind. */
export function hideSince(
  exchange: { readonly desk: Desk } & Pick<DeskWorld, 'accounts' | 'allListed'>,
  id: number,
  until: number,
): void {
  for (const account of exchange.accounts) {
    for (const { symbol } of exchange.allListed) {
      for (const order of exchange.desk.archive.allOf(account, symbol))
        if (order.id > id) order.hiddenUntil = until
    }
  }
}

/** Fills an order that a request names, before the request is looked at: a race that the client loses. */
export function fillNamed(desk: Desk, params: Params, { quantity }: Pick<Fault, 'quantity'>): void {
  const name = params.plain('orderId') || params.plain('cancelOrderId')
  const clientId = params.plain('origClientOrderId') || params.plain('cancelOrigClientOrderId')
  for (const order of desk.archive.open(params.plain('symbol'))) {
    if (!isResting(order) || (String(order.id) !== name && order.clientOrderId !== clientId)) continue
    const most = leftOf(order)
    const asked = (quantity === undefined ? undefined : parseUnits(quantity)) ?? most
    desk.matcher.fill(order, {
      price: order.spec.price,
      quantity: asked < most ? asked : most,
      isMaker: true,
    })
  }
  desk.settled(params.plain('symbol'))
}
