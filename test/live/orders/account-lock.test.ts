/** One process for each account. */
import { describe, expect, it } from 'vitest'
import { accountDigest, lockAccount } from '../../../engine/live/files/account-lock.js'
import { temporaryFolder } from '../../app/command.js'

describe('the lock of an account', () => {
  it('is held by one, refused to a second, and free again when the first lets go', () => {
    const folder = temporaryFolder()
    const digest = accountDigest('testnet.binance.vision', '42')
    const first = lockAccount(digest, folder)
    expect(() => lockAccount(digest, folder)).toThrow(/another session on this machine trades it/)
    const other = lockAccount(accountDigest('testnet.binance.vision', '43'), folder)
    first.close()
    lockAccount(digest, folder).close()
    other.close()
  })
})
