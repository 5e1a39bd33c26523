// Package payment is money: charged at once or held and captured, refunded, settled, paid out.
package payment

import "github.com/backstitch/backstitch/participants/go/internal/shop"

// Service is the payment service of the shop.
var Service = shop.Service{
	Name: "payment",
	Schema: `
    CREATE TABLE IF NOT EXISTS authorizations (
      id       TEXT PRIMARY KEY,
      order_id TEXT NOT NULL,
      amount   INTEGER NOT NULL,
      currency TEXT NOT NULL,
      status   TEXT NOT NULL -- HELD, CAPTURED or RELEASED
    );
    CREATE TABLE IF NOT EXISTS charges (
      id               TEXT PRIMARY KEY,
      order_id         TEXT NOT NULL,
      amount           INTEGER NOT NULL,
      currency         TEXT NOT NULL,
      authorization_id TEXT, -- what it captured, if anything
      idempotency_key  TEXT NOT NULL UNIQUE
    );
    CREATE TABLE IF NOT EXISTS refunds (
      id        TEXT PRIMARY KEY,
      charge_id TEXT NOT NULL,
      amount    INTEGER NOT NULL,
      status    TEXT NOT NULL -- PAID or CALLED_OFF
    );
    CREATE TABLE IF NOT EXISTS settlements (
      id        TEXT PRIMARY KEY,
      charge_id TEXT NOT NULL,
      amount    INTEGER NOT NULL,
      fee       INTEGER NOT NULL,
      status    TEXT NOT NULL -- PAID or REVERSED
    );
    CREATE TABLE IF NOT EXISTS payouts (
      id       TEXT PRIMARY KEY,
      payee    TEXT NOT NULL,
      order_id TEXT NOT NULL,
      amount   INTEGER NOT NULL,
      currency TEXT NOT NULL,
      status   TEXT NOT NULL -- PAID or CLAWED_BACK
    );`,
	Register: func(r *shop.Running) {
		shop.Handle(r, "validate", validate)
		shop.Handle(r, "charge", charge)
		shop.Handle(r, "authorize", authorize)
		shop.Handle(r, "capture", capture)
		shop.Handle(r, "refund_part", refundPart)
		shop.Handle(r, "settle", settle)
		shop.Handle(r, "reconcile", reconcile)
		shop.Handle(r, "pay_out", payOut)
	},
}
