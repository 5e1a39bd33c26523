package payment

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"

	backstitch "github.com/backstitch/backstitch/sdk/go"
)

// amount is money in a currency's smallest unit, as somebody has asked for it. Whatever JSON they sent is read, so that
// what is no amount is refused as a matter of business. A pointer to it is nil where there was none.
type amount float64

func (a *amount) UnmarshalJSON(text []byte) error {
	value, err := strconv.ParseFloat(string(text), 64)
	if err != nil || !json.Valid(text) {
		value = math.NaN()
	}
	*a = amount(value)
	return nil
}

// atLeast gives the amount if it is a whole number and no less than `least`, or refuses; `what` names it, for people.
func (a *amount) atLeast(least int64, what string) (int64, error) {
	if a != nil {
		value := float64(*a)
		whole := math.Trunc(value) == value && math.Abs(value) < 1<<53
		if whole && value >= float64(least) {
			return int64(value), nil
		}
	}
	return 0, backstitch.Rejected("BAD_AMOUNT", fmt.Sprintf("%s is %d or more", what, least), nil)
}

// money gives an amount of 1 or more, or refuses.
func (a *amount) money() (int64, error) { return a.atLeast(1, "an amount") }

// share gives a part of an amount in percent, rounded to the nearest unit, halves up.
func share(of int64, percent float64) int64 {
	return int64(math.Floor(float64(of)*percent/100 + 0.5))
}
