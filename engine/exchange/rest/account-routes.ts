/** The account: balances, commissions, limits, filters. Floor 3. */
import type { Account } from '../accounts/account.js'
import { fixedUnits } from '../fixed.js'
import { type Call, marketOf, type Route } from './route.js'

/** Routes of the account itself. */
export const ACCOUNT_ROUTES: readonly Route[] = [
  {
    rest: 'GET /api/v3/account',
    method: 'account.status',
    security: 'USER_DATA',
    weight: 20,
    params: ['omitZeroBalances'],
    run: ({ account, params }) => ({ body: accountBody(account, params.flag('omitZeroBalances') === true) }),
  },
  {
    rest: 'GET /api/v3/account/commission',
    method: 'account.commission',
    security: 'USER_DATA',
    weight: 20,
    params: ['symbol'],
    run(call) {
      const { symbol } = marketOf(call)
      const zero = '0.00000000'
      const none = { maker: zero, taker: zero, buyer: zero, seller: zero }
      return {
        body: {
          symbol,
          standardCommission: ratesOf(call.account),
          specialCommission: none,
          taxCommission: none,
          discount: {
            enabledForAccount: call.account.paysInBnb,
            enabledForSymbol: true,
            discountAsset: 'BNB',
            discount: '0.75000000',
          },
        },
      }
    },
  },
  {
    rest: 'GET /api/v3/rateLimit/order',
    method: 'account.rateLimits.orders',
    security: 'USER_DATA',
    weight: 40,
    params: [],
    run: ({ exchange, account }) => ({ body: exchange.limits.orderCounts(account, exchange.clock.now()) }),
  },
  {
    rest: 'GET /api/v3/myFilters',
    method: 'myFilters',
    security: 'USER_DATA',
    weight: 40,
    params: ['symbol'],
    run(call: Call) {
      const { entry } = marketOf(call)
      return { body: { exchangeFilters: [], symbolFilters: entry.filters, assetFilters: [] } }
    },
  },
]

function ratesOf({ rates }: Account) {
  return {
    maker: rates.maker.toFixed(8),
    taker: rates.taker.toFixed(8),
    buyer: '0.00000000',
    seller: '0.00000000',
  }
}

function accountBody(account: Account, omitsZero: boolean) {
  const basisPoints = (rate: number): number => Math.round(rate * 10_000)
  const balances = account.balances
    .filter(([, { free, locked }]) => !omitsZero || free !== 0n || locked !== 0n)
    .map(([asset, { free, locked }]) => ({ asset, free: fixedUnits(free), locked: fixedUnits(locked) }))
  return {
    makerCommission: basisPoints(account.rates.maker),
    takerCommission: basisPoints(account.rates.taker),
    buyerCommission: 0,
    sellerCommission: 0,
    commissionRates: ratesOf(account),
    canTrade: account.canTrade,
    canWithdraw: false,
    canDeposit: true,
    brokered: false,
    requireSelfTradePrevention: false,
    preventSor: false,
    updateTime: account.updateTime,
    accountType: 'SPOT',
    balances,
    permissions: ['SPOT'],
    uid: account.uid,
  }
}
