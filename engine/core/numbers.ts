/** How many orders and trades a session has numbered, over all its symbols; plain data. Floor 2. */
export interface Numbers {
  orders: number
  trades: number
}
