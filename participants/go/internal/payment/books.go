package payment

import (
	"context"
	"database/sql"
	"errors"

	backstitch "github.com/backstitch/backstitch/sdk/go"
	"github.com/backstitch/backstitch/sdk/go/barrier"
	"github.com/google/uuid"
)

type bookedCharge struct {
	orderID  string
	amount   int64
	currency string
}

// findCharge gives nil where there is no such charge.
func findCharge(ctx context.Context, tx barrier.Tx, id string) (*bookedCharge, error) {
	var c bookedCharge
	err := tx.QueryRowContext(ctx, "SELECT order_id, amount, currency FROM charges WHERE id = $1", id).Scan(&c.orderID, &c.amount, &c.currency)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return &c, err
}

// getCharge is as findCharge, but refuses where there is none.
func getCharge(ctx context.Context, tx barrier.Tx, id string) (*bookedCharge, error) {
	found, err := findCharge(ctx, tx, id)
	if err == nil && found == nil {
		err = backstitch.Rejected("UNKNOWN_CHARGE", "there is no such charge", nil)
	}
	return found, err
}

// bookedPayout is what somebody is paid for an order, a ride or a booking. Nil: it was not said.
type bookedPayout struct {
	payee, orderID *string
	amount         int64
	currency       *string
}

// notePayout notes a payout and gives its id.
func notePayout(ctx context.Context, tx barrier.Tx, p bookedPayout) (string, error) {
	id := newID("po")
	return id, exec(ctx, tx, "INSERT INTO payouts (id, payee, order_id, amount, currency, status) VALUES ($1, $2, $3, $4, $5, 'PAID')",
		id, p.payee, p.orderID, p.amount, p.currency)
}

// sumOf adds up what a query gives for an id.
func sumOf(ctx context.Context, tx barrier.Tx, query, id string) (sum int64, err error) {
	err = tx.QueryRowContext(ctx, query, id).Scan(&sum)
	return sum, err
}

func newID(prefix string) string { return prefix + "_" + uuid.NewString() }

func exec(ctx context.Context, tx barrier.Tx, statement string, args ...any) error {
	_, err := tx.ExecContext(ctx, statement, args...)
	return err
}
