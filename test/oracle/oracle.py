"""What a market makes of a list of asks, from the contract of execution alone: nothing of the engine is in it.

Reads cases as JSON (bars, settings, asks by bar) and writes the fills and trades that each must have. Amounts are whole
numbers of 1e-8; prices of bars and asks come as such. Purchases are never bound by cash: the cases see to that. Where
bars are missing, the next that is there fills; nothing else knows of it.
"""

import json
import sys
from fractions import Fraction

ONE = 10**8


def average_true_ranges(bars, n):
    """Wilder's; the first at index n is the mean of n true ranges."""
    ranges = [None]
    for before, (_, high, low, _, _) in zip(bars, bars[1:]):
        close = before[3]
        ranges.append(max(high - low, abs(high - close), abs(low - close)))
    out = [None] * len(bars)
    for i in range(n, len(bars)):
        if i == n:
            out[i] = sum(ranges[1 : n + 1]) / n
        else:
            out[i] = (out[i - 1] * (n - 1) + ranges[i]) / n
    return out


class Market:
    def __init__(self, case):
        self.bars = [[value / ONE for value in row[:4]] + [row[4]] for row in case["bars"]]
        self.settings = case["settings"]
        self.tick = case["tick"]
        self.step = case["step"]
        self.least = case["minNotional"]
        self.owned = 0
        self.count = 0
        self.waiting = []
        self.arriving = []
        self.resting = []
        self.fills = []
        self.trades = []
        self.trade = None
        self.atr = average_true_ranges(self.bars, self.settings["atrPeriod"])
        asks = {}
        for i, ask in case["asks"]:
            asks.setdefault(i, []).append(ask)
        # An order needs the range at the bar that fills it, or at the one that decides.
        first = self.settings["atrPeriod"] - (self.settings["atrSource"] == "next")
        for i in range(len(self.bars)):
            self.now = i - 1
            self.pass_bar(i)
            self.now = i
            self.watch_trade(i)
            if i >= first:
                for ask in asks.get(i, []):
                    self.ask(ask)

    # Decisions, at the close of bar `now`.

    def ask(self, ask):
        kind = ask["kind"]
        if kind == "CANCEL":
            self.resting = [one for one in self.resting if one["exit"]]
            self.waiting = []
        elif kind == "CLOSE":
            # As a target of 0: it takes the place of one that still waits.
            self.waiting = [one for one in self.waiting if not one["aim"]]
            self.sell({"type": "MARKET", "quantity": self.owned, "aim": True})
        elif kind == "SELL":
            self.sell(ask)
        elif kind == "REPLACE":
            self.replace(ask)
        elif ask["type"] != "MARKET" or not self.is_small(ask.get("quantity"), ask.get("quote")):
            self.add("BUY", ask, ask.get("quantity"))

    def replace(self, ask):
        """The youngest order of the tag that is no exit makes room, unless a filter would refuse the other."""
        named = [one for one in self.resting + self.waiting if one["tag"] == ask["tag"] and not one["exit"]]
        if not named or self.floor(ask["quantity"]) == 0:
            return
        if ask["price"] * self.floor(ask["quantity"]) // ONE < self.least:
            self.count += 1
            return
        old = max(named, key=lambda one: one["number"])
        self.resting = [one for one in self.resting if one is not old]
        self.waiting = [one for one in self.waiting if one is not old]
        self.add("BUY", {**ask, "exits": old["exits"]}, ask["quantity"])

    def is_small(self, quantity, quote=None):
        """A wish at market below the minimum at the close is no order."""
        close = round(self.bars[self.now][3] * ONE)
        return (close * self.floor(quantity) // ONE if quote is None else quote) < self.least

    def sell(self, ask):
        quantity = self.floor(min(ask["quantity"], self.owned))
        if quantity == 0 or (ask["type"] == "MARKET" and self.is_small(quantity)):
            return
        locked = self.locked([one for one in self.resting if one["exit"]], None)
        if self.owned - locked < quantity:
            self.resting = [one for one in self.resting if not one["exit"]]
        self.add("SELL", ask, quantity)

    def add(self, side, ask, quantity, is_exit=False, group=None):
        self.count += 1
        order = {
            "number": self.count,
            "side": side,
            "type": ask["type"],
            "quantity": None if quantity is None else self.floor(quantity),
            "quote": ask.get("quote"),
            "price": ask.get("price"),
            "stop": ask.get("stopPrice"),
            "delta": ask.get("trailingDelta"),
            "best": None,
            "tag": ask.get("tag", ""),
            "exits": ask.get("exits"),
            "exit": is_exit,
            "aim": ask.get("aim", False),
            "group": group or self.count,
            "decided": self.now,
        }
        if order["delta"] is not None:
            self.trail(order, round(self.bars[self.now][3] * ONE))
        self.waiting.append(order)

    def trail(self, order, price):
        """Follows the best price known, on the tick away from the market."""
        if order["delta"] is None:
            return
        falls = order["side"] == "SELL"
        if order["best"] is not None and (price <= order["best"] if falls else price >= order["best"]):
            return
        order["best"] = price
        share = Fraction(10_000 - order["delta"] if falls else 10_000 + order["delta"], 10_000)
        ticks = price * share / self.tick
        order["stop"] = int(ticks // 1 if falls else -(-ticks // 1)) * self.tick

    # What a bar does.

    def pass_bar(self, i):
        if self.bars[i][4] == 0:
            return
        self.i = i
        begin = self.bars[i][0]
        for order in list(self.resting):
            if order not in self.resting:
                continue
            if order["stop"] is not None:
                if self.reaches_stop(order, begin):
                    self.set_off(order, begin)
            elif self.passes(order, begin):
                self.make(order)
        last = self.bars[i - 1][3] if i > 0 else None
        while self.waiting:
            self.arriving, self.waiting = self.waiting, []
            while self.arriving:
                self.arrive(self.arriving.pop(0), begin, last)
            last = None
        self.pass_inside()

    def arrive(self, order, begin, last):
        if order["type"] == "MARKET":
            self.take(order, begin)
            return
        if order["price" if order["price"] is not None else "stop"] * order["quantity"] // ONE < self.least:
            self.refuse(order)
            return
        if order["side"] == "SELL" and order["quantity"] > self.owned - self.locked(self.resting, order):
            self.refuse(order)
            return
        if order["stop"] is not None:
            if last is not None and self.reaches_stop(order, last):
                self.refuse(order)
                return
            if self.reaches_stop(order, begin):
                self.set_off(order, begin)
                return
        elif self.crosses(order, begin):
            if order["type"] == "LIMIT":
                self.take(order, begin)
            else:
                self.refuse(order)
            return
        self.resting.append(order)

    def refuse(self, order):
        """A list is refused whole: with one of a pair goes the other."""
        self.arriving = [one for one in self.arriving if one["group"] != order["group"]]
        self.resting = [one for one in self.resting if one["group"] != order["group"]]

    def pass_inside(self):
        _, high, low, _, _ = self.bars[self.i]
        reached = [one for one in self.resting if self.is_reached(one, high, low)]
        # The worse outcome first: a sale at a loss, then a purchase, then a sale at a gain.
        rank = lambda one: 1 if one["side"] == "BUY" else 0 if one["type"].startswith("STOP") else 2
        for order in sorted(reached, key=lambda one: (rank(one), one["number"])):
            if order not in self.resting:
                continue
            if order["stop"] is not None:
                self.set_off(order, order["stop"] / ONE)
            else:
                self.make(order)
            exits, self.waiting = self.waiting, []
            self.resting += exits
            # The path behind a fill inside a bar is not known: a stop in reach counts, a target does not.
            for one in exits:
                if one["stop"] is not None and one in self.resting and self.is_reached(one, high, low):
                    self.take(one, one["stop"] / ONE)
        # A trailing stop has used what was known before the bar, and is moved only now.
        for order in self.resting:
            self.trail(order, round((high if order["side"] == "SELL" else low) * ONE))

    def set_off(self, order, price):
        """A stop takes from a price; one with a limit is a limit order from here on."""
        if order["price"] is None or self.crosses(order, price):
            self.take(order, price)
            return
        order["stop"] = order["delta"] = None
        if order not in self.resting:
            self.resting.append(order)

    def is_reached(self, order, high, low):
        if order["stop"] is not None:
            return self.reaches_stop(order, low if self.falls(order) else high)
        return self.passes(order, low if order["side"] == "BUY" else high)

    def falls(self, order):
        """Below the market: a sale's stop, a purchase's take-profit, and what trails a sale."""
        is_sale = order["side"] == "SELL"
        return is_sale if order["delta"] is not None else is_sale == order["type"].startswith("STOP")

    def reaches_stop(self, order, price):
        stop = order["stop"] / ONE
        return price <= stop if self.falls(order) else price >= stop

    def crosses(self, order, price):
        limit = order["price"] / ONE
        return price < limit if order["side"] == "BUY" else price > limit

    def passes(self, order, price):
        return self.crosses(order, price) or (
            self.settings["limitFill"] == "touch" and price == order["price"] / ONE
        )

    # Fills.

    def take(self, order, begin):
        source = self.i if self.settings["atrSource"] == "next" else order["decided"]
        alpha = self.settings["alpha"]
        slip = alpha * self.atr[source] if alpha else 0
        is_buy = order["side"] == "BUY"
        ticks = (begin + slip if is_buy else begin - slip) * ONE / self.tick
        whole = round(ticks)
        # Noise of the sum decides nothing.
        if abs(ticks - whole) > 1e-6:
            whole = int(ticks // 1) + (1 if is_buy else 0)
        price = max(whole, 1) * self.tick
        _, high, low, _, _ = self.bars[self.i]
        if self.settings["clamp"] == "bar":
            price = min(max(price, round(low * ONE)), round(high * ONE))
        if order["price"] is not None:
            price = min(price, order["price"]) if is_buy else max(price, order["price"])
        self.fill(order, price, "TAKER", abs(price - round(begin * ONE)))

    def make(self, order):
        self.fill(order, order["price"], "MAKER", 0)

    def fill(self, order, price, liquidity, slip):
        is_buy = order["side"] == "BUY"
        quantity = order["quantity"]
        if quantity is None:
            quantity = self.floor(order["quote"] * ONE // price)
        if quantity == 0 or (not is_buy and quantity > self.owned - self.locked(self.resting, order)):
            self.resting = [one for one in self.resting if one is not order]
            return
        quote = price * quantity // ONE
        if order["type"] == "MARKET" and quote < self.least:
            return
        fee = Fraction(str(self.settings["takerFee" if liquidity == "TAKER" else "makerFee"]))
        commission = (quantity if is_buy else quote) * fee
        commission = int((commission + Fraction(1, 2)) // 1)
        received = quantity - commission if is_buy else 0
        self.owned += received if is_buy else -quantity
        # Of a pair the one that trades ends the other, also where that one is still to come in.
        self.resting = [one for one in self.resting if one["group"] != order["group"]]
        self.arriving = [one for one in self.arriving if one["group"] != order["group"]]
        self.fills.append(
            [self.i, order["side"], order["type"], liquidity]
            + [str(n) for n in (price, quantity, quote, commission, slip * quantity // ONE)]
        )
        self.book(is_buy, price, quantity, quote, commission, slip * quantity // ONE)
        if order["exits"]:
            self.place_exits(order["exits"], received)
        if self.owned < self.step:
            self.resting = [one for one in self.resting if not one["exit"]]

    def place_exits(self, exits, received):
        # What sales hold that are still to come in is not free either.
        sales = self.resting + self.arriving + self.waiting
        rest = self.owned - self.locked(sales, None) - received
        close = round(self.bars[self.now][3] * ONE)
        is_dust = rest < self.step or close * rest // ONE < self.least
        quantity = self.floor(received + (rest if 0 < rest and is_dust else 0))
        if quantity == 0:
            return
        group = self.count + 1
        self.add("SELL", {"type": "STOP_LOSS", "stopPrice": exits["stop"]}, quantity, True, group)
        self.add("SELL", {"type": "LIMIT_MAKER", "price": exits["takeProfit"]}, quantity, True, group)

    def locked(self, orders, own):
        """Base that sales on the book hold; those of one list hold it once."""
        held = {}
        for one in orders:
            if one["side"] == "SELL" and (own is None or one["group"] != own["group"]):
                held[one["group"]] = one["quantity"]
        return sum(held.values())

    # Trades, flat to flat.

    def book(self, is_buy, price, quantity, quote, commission, slip):
        if self.trade is None:
            self.trade = {"entry": self.i, "bought": 0, "net": 0, "fees": 0, "slip": 0, "sold_at": None}
        trade = self.trade
        trade["bought"] += quantity if is_buy else 0
        trade["net"] += -quote if is_buy else quote - commission
        trade["fees"] += commission * price // ONE if is_buy else commission
        trade["slip"] += slip
        if not is_buy:
            trade["sold_at"] = self.i
            if self.owned < self.step:
                self.end_trade()

    def watch_trade(self, i):
        """What is worth less than the minimum at the close is flat, once something was sold."""
        close = round(self.bars[i][3] * ONE)
        if self.trade and self.trade["sold_at"] == i and close * self.owned // ONE < self.least:
            self.end_trade()

    def end_trade(self):
        trade, self.trade = self.trade, None
        net, fees, slip = trade["net"], trade["fees"], trade["slip"]
        numbers = (trade["bought"], net + fees + slip, fees, slip, net)
        self.trades.append([trade["entry"], trade["sold_at"]] + [str(n) for n in numbers])

    def floor(self, quantity):
        return quantity // self.step * self.step


markets = [Market(case) for case in json.load(sys.stdin)]
json.dump([{"fills": market.fills, "trades": market.trades} for market in markets], sys.stdout)
