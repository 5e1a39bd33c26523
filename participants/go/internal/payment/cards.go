package payment

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	backstitch "github.com/backstitch/backstitch/sdk/go"
	"github.com/backstitch/backstitch/sdk/go/barrier"
)

// cardPayment is what is asked of a card. Fields that were not given are nil.
type cardPayment struct {
	// OrderID is what is paid for: an order, a ride, a booking.
	OrderID *string `json:"order_id"`
	// Amount is in the currency's smallest unit.
	Amount   *amount `json:"amount"`
	Currency *string `json:"currency"`
	// CardToken: "card_declined" is a card that the bank refuses; any other is good for up to cardLimit.
	CardToken string `json:"card_token"`
}

type none = struct{}

const cardLimit = 1_000_000

var currencies = []string{"CHF", "EUR", "GBP", "USD"}

// validate looks whether a payment makes sense, before any bank is asked. Only reads.
var validate = barrier.Action[cardPayment, none]{
	Do: func(_ context.Context, _ barrier.Tx, in cardPayment) (answer none, err error) {
		if _, err := in.Amount.money(); err != nil {
			return answer, err
		}
		if in.Currency == nil || !slices.Contains(currencies, *in.Currency) {
			return answer, backstitch.Rejected("UNKNOWN_CURRENCY", "this currency is not traded", nil)
		}
		if !strings.HasPrefix(in.CardToken, "card_") {
			return answer, backstitch.Rejected("BAD_CARD", "this is no card", nil)
		}
		return answer, nil
	},
}

type charged struct {
	ChargeID string `json:"charge_id"`
	Amount   int64  `json:"amount"`
}

// charge charges a card at once; its Undo pays the money back.
var charge = barrier.Action[cardPayment, charged]{
	Do: func(ctx context.Context, tx barrier.Tx, in cardPayment) (charged, error) {
		amount, err := in.approve()
		if err != nil {
			return charged{}, err
		}
		return takeMoney(ctx, tx, taking{in.OrderID, amount, in.Currency, nil})
	},
	Undo: func(ctx context.Context, tx barrier.Tx, undo backstitch.Undo[cardPayment, charged]) error {
		if undo.DoOutput == nil {
			return errors.New("nobody knows what was charged")
		}
		_, err := refund(ctx, tx, undo.DoOutput.ChargeID, undo.DoOutput.Amount)
		return err
	},
}

type authorized struct {
	AuthorizationID string `json:"authorization_id"`
	Amount          int64  `json:"amount"`
}

// authorize sets an amount of a card aside without taking it; its Undo releases it.
var authorize = barrier.Action[cardPayment, authorized]{
	Do: func(ctx context.Context, tx barrier.Tx, in cardPayment) (authorized, error) {
		amount, err := in.approve()
		if err != nil {
			return authorized{}, err
		}
		held := authorized{newID("auth"), amount}
		return held, exec(ctx, tx, "INSERT INTO authorizations (id, order_id, amount, currency, status) VALUES ($1, $2, $3, $4, 'HELD')",
			held.AuthorizationID, in.OrderID, amount, in.Currency)
	},
	Undo: func(ctx context.Context, tx barrier.Tx, undo backstitch.Undo[cardPayment, authorized]) error {
		if undo.DoOutput == nil {
			return errors.New("nobody knows what was authorized")
		}
		// What was captured is refunded by the capture's own Undo.
		return exec(ctx, tx, "UPDATE authorizations SET status = 'RELEASED' WHERE id = $1 AND status = 'HELD'", undo.DoOutput.AuthorizationID)
	},
}

type toCapture struct {
	AuthorizationID string `json:"authorization_id"`
	// Amount: nil takes all that is held.
	Amount *amount `json:"amount"`
}

// capture takes what was authorized, or a part of it if an amount is given; its Undo pays it back, or what its terms
// leave of it.
var capture = barrier.Action[toCapture, charged]{
	Do: func(ctx context.Context, tx barrier.Tx, in toCapture) (charged, error) {
		var orderID, currency, status string
		var held int64
		err := tx.QueryRowContext(ctx, "SELECT order_id, amount, currency, status FROM authorizations WHERE id = $1", in.AuthorizationID).
			Scan(&orderID, &held, &currency, &status)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return charged{}, err
		}
		if status != "HELD" {
			return charged{}, backstitch.Rejected("NOT_AUTHORIZED", "nothing is held under this authorization", nil)
		}
		taken := held
		if in.Amount != nil {
			if taken, err = in.Amount.money(); err != nil {
				return charged{}, err
			}
		}
		if taken > held {
			return charged{}, backstitch.Rejected("ABOVE_AUTHORIZATION", fmt.Sprintf("only %d are held", held), nil)
		}
		if err := exec(ctx, tx, "UPDATE authorizations SET status = 'CAPTURED' WHERE id = $1", in.AuthorizationID); err != nil {
			return charged{}, err
		}
		return takeMoney(ctx, tx, taking{&orderID, taken, &currency, &in.AuthorizationID})
	},
	Undo: func(ctx context.Context, tx barrier.Tx, undo backstitch.Undo[toCapture, charged]) error {
		if undo.DoOutput == nil {
			return errors.New("nobody knows what was captured")
		}
		var terms refundTerms
		if err := json.Unmarshal(undo.Input, &terms); err != nil {
			return errors.New("the terms of the refund cannot be read")
		}
		return refundByTerms(ctx, tx, undo.DoOutput.ChargeID, terms)
	},
}

type taking struct {
	orderID         *string
	amount          int64
	currency        *string
	authorizationID *string
}

// takeMoney books a charge under the command's idempotency key. That is what a bank would be handed: it never takes
// money twice under one key.
func takeMoney(ctx context.Context, tx barrier.Tx, t taking) (charged, error) {
	made := charged{newID("ch"), t.amount}
	return made, exec(ctx, tx, "INSERT INTO charges (id, order_id, amount, currency, authorization_id, idempotency_key) VALUES ($1, $2, $3, $4, $5, $6)",
		made.ChargeID, t.orderID, t.amount, t.currency, t.authorizationID, backstitch.CommandFrom(ctx).IdempotencyKey)
}

// approve asks the bank.
func (p cardPayment) approve() (int64, error) {
	amount, err := p.Amount.money()
	switch {
	case err != nil:
		return 0, err
	case p.CardToken == "card_declined":
		return 0, backstitch.Rejected("CARD_DECLINED", "the bank declined the card", nil)
	case amount > cardLimit:
		return 0, backstitch.Rejected("LIMIT_EXCEEDED", "the amount is above the card's limit", nil)
	}
	return amount, nil
}
