import type { ShopService } from "../service.ts";
import { authorize, capture, charge, validate } from "./cards.ts";
import { refundPart } from "./refunds.ts";
import { payOut, reconcile, settle } from "./settlement.ts";

/** Money: charged at once or held and captured, refunded, settled, paid out. */
export const paymentService: ShopService = {
  name: "payment",
  schema: `
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
  actions: {
    validate,
    charge,
    authorize,
    capture,
    refund_part: refundPart,
    settle,
    reconcile,
    pay_out: payOut,
  },
};
