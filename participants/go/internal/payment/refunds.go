package payment

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/backstitch/backstitch/participants/go/internal/clock"
	backstitch "github.com/backstitch/backstitch/sdk/go"
	"github.com/backstitch/backstitch/sdk/go/barrier"
)

type toRefund struct {
	ChargeID string  `json:"charge_id"`
	Amount   *amount `json:"amount"`
}

type refunded struct {
	RefundID string `json:"refund_id"`
	Amount   int64  `json:"amount"`
}

// refundPart pays back a part of a charge; its Undo calls the refund off.
var refundPart = barrier.Action[toRefund, refunded]{
	Do: func(ctx context.Context, tx barrier.Tx, in toRefund) (refunded, error) {
		amount, err := in.Amount.atLeast(0, "a refund")
		if err != nil {
			return refunded{}, err
		}
		left, err := refundable(ctx, tx, in.ChargeID)
		if err != nil {
			return refunded{}, err
		}
		if amount > left {
			message := fmt.Sprintf("only %d of the charge are left", left)
			return refunded{}, backstitch.Rejected("ABOVE_CHARGE", message, map[string]int64{"left": left})
		}
		id, err := refund(ctx, tx, in.ChargeID, amount)
		return refunded{id, amount}, err
	},
	Undo: func(ctx context.Context, tx barrier.Tx, undo backstitch.Undo[toRefund, refunded]) error {
		if undo.DoOutput == nil {
			return errors.New("nobody knows what was refunded")
		}
		return exec(ctx, tx, "UPDATE refunds SET status = 'CALLED_OFF' WHERE id = $1", undo.DoOutput.RefundID)
	},
}

// refundTerms is what is paid back of a charge, depending on when that is.
type refundTerms struct {
	// Refunds: `percent` until `until`, an RFC 3339 time; in order. After the last, nothing. Nil: all of it.
	Refunds []struct {
		Until   string  `json:"until"`
		Percent float64 `json:"percent"`
	} `json:"refunds"`
	// RestTo says who gets what is not paid back.
	RestTo *string `json:"rest_to"`
}

// back gives what is paid back of an amount at this time.
func (t refundTerms) back(amount int64, now time.Time) int64 {
	if t.Refunds == nil {
		return amount
	}
	for _, term := range t.Refunds {
		if until, err := time.Parse(time.RFC3339, term.Until); err == nil && now.Before(until) {
			return share(amount, term.Percent)
		}
	}
	return 0
}

// refundByTerms pays back what the terms say at this time; the rest goes to whom they name.
func refundByTerms(ctx context.Context, tx barrier.Tx, chargeID string, terms refundTerms) error {
	charge, err := findCharge(ctx, tx, chargeID)
	if err != nil || charge == nil {
		return err
	}
	back := terms.back(charge.amount, clock.Now())
	if back > 0 {
		if _, err := refund(ctx, tx, chargeID, back); err != nil {
			return err
		}
	}
	if back == charge.amount || terms.RestTo == nil {
		return nil
	}
	_, err = notePayout(ctx, tx, bookedPayout{terms.RestTo, &charge.orderID, charge.amount - back, &charge.currency})
	return err
}

// refund notes a refund and gives its id.
func refund(ctx context.Context, tx barrier.Tx, chargeID string, amount int64) (string, error) {
	id := newID("re")
	return id, exec(ctx, tx, "INSERT INTO refunds (id, charge_id, amount, status) VALUES ($1, $2, $3, 'PAID')", id, chargeID, amount)
}

// refundable gives what is left of a charge.
func refundable(ctx context.Context, tx barrier.Tx, chargeID string) (int64, error) {
	charge, err := getCharge(ctx, tx, chargeID)
	if err != nil {
		return 0, err
	}
	paid, err := sumOf(ctx, tx, "SELECT COALESCE(SUM(amount), 0) FROM refunds WHERE charge_id = $1 AND status = 'PAID'", chargeID)
	return charge.amount - paid, err
}
