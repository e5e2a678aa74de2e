/** The weight that the last `target` aims at, and the order that carries it. Floor 2. */
import type { OrderNumber } from '../model/order.js'

/** Starts at a weight of 0: nothing is held. */
export class Aim {
  /** Undefined when it is forgotten: the same weight may then be asked for again. */
  weight: number | undefined = 0
  /** The order that carries the aim; 0 when none does. */
  order: OrderNumber = 0

  /** An order takes the place of another. */
  move(from: OrderNumber, to: OrderNumber): void {
    if (this.order === from) this.order = to
  }

  /** An order has ended. The aim that it carried is forgotten if it was not filled at all. */
  end(order: OrderNumber, hasFilled: boolean): void {
    if (order !== this.order) return
    if (!hasFilled) this.weight = undefined
    this.order = 0
  }
}
