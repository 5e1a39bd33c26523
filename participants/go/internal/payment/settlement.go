package payment

import (
	"context"
	"errors"

	backstitch "github.com/backstitch/backstitch/sdk/go"
	"github.com/backstitch/backstitch/sdk/go/barrier"
)

// feePercent is what the acquirer keeps of a charge.
const feePercent = 2

type ofCharge struct {
	ChargeID string `json:"charge_id"`
}

type settled struct {
	SettlementID string `json:"settlement_id"`
	Amount       int64  `json:"amount"`
	Fee          int64  `json:"fee"`
}

// settle has the acquirer transfer a charge, less its fee; the Undo reverses the transfer.
var settle = barrier.Action[ofCharge, settled]{
	Do: func(ctx context.Context, tx barrier.Tx, in ofCharge) (settled, error) {
		charge, err := getCharge(ctx, tx, in.ChargeID)
		if err != nil {
			return settled{}, err
		}
		fee := share(charge.amount, feePercent)
		made := settled{newID("set"), charge.amount - fee, fee}
		return made, exec(ctx, tx, "INSERT INTO settlements (id, charge_id, amount, fee, status) VALUES ($1, $2, $3, $4, 'PAID')",
			made.SettlementID, in.ChargeID, made.Amount, fee)
	},
	Undo: func(ctx context.Context, tx barrier.Tx, undo backstitch.Undo[ofCharge, settled]) error {
		if undo.DoOutput == nil {
			return errors.New("nobody knows what was settled")
		}
		return exec(ctx, tx, "UPDATE settlements SET status = 'REVERSED' WHERE id = $1", undo.DoOutput.SettlementID)
	},
}

type reconciled struct {
	Charged int64 `json:"charged"`
	Settled int64 `json:"settled"`
}

// reconcile compares what was charged with what was settled. Only reads.
var reconcile = barrier.Action[ofCharge, reconciled]{
	Do: func(ctx context.Context, tx barrier.Tx, in ofCharge) (reconciled, error) {
		charge, err := findCharge(ctx, tx, in.ChargeID)
		if err != nil {
			return reconciled{}, err
		}
		sum, err := sumOf(ctx, tx, "SELECT COALESCE(SUM(amount + fee), 0) FROM settlements WHERE charge_id = $1 AND status = 'PAID'", in.ChargeID)
		if err != nil {
			return reconciled{}, err
		}
		if charge == nil || sum != charge.amount {
			return reconciled{}, backstitch.Rejected("MISMATCH", "settled is not what was charged", map[string]int64{"settled": sum})
		}
		return reconciled{charge.amount, sum}, nil
	},
}

type toPayOut struct {
	Payee    *string `json:"payee"`
	OrderID  *string `json:"order_id"`
	Amount   *amount `json:"amount"`
	Currency *string `json:"currency"`
}

type paidOut struct {
	PayoutID string `json:"payout_id"`
	Amount   int64  `json:"amount"`
}

// payOut pays a driver, a host or a merchant; its Undo claws the money back.
var payOut = barrier.Action[toPayOut, paidOut]{
	Do: func(ctx context.Context, tx barrier.Tx, in toPayOut) (paidOut, error) {
		amount, err := in.Amount.atLeast(0, "a payout")
		if err != nil {
			return paidOut{}, err
		}
		id, err := notePayout(ctx, tx, bookedPayout{in.Payee, in.OrderID, amount, in.Currency})
		return paidOut{id, amount}, err
	},
	Undo: func(ctx context.Context, tx barrier.Tx, undo backstitch.Undo[toPayOut, paidOut]) error {
		if undo.DoOutput == nil {
			return errors.New("nobody knows what was paid out")
		}
		return exec(ctx, tx, "UPDATE payouts SET status = 'CLAWED_BACK' WHERE id = $1", undo.DoOutput.PayoutID)
	},
}
