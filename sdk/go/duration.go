package backstitch

import (
	"time"

	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// toWireDuration gives a duration to the millisecond, rounded up; nil for 0, which everywhere here means "not given".
func toWireDuration(duration time.Duration) *durationpb.Duration {
	if duration == 0 {
		return nil
	}
	return wholeMilliseconds(duration)
}

func wholeMilliseconds(duration time.Duration) *durationpb.Duration {
	if rest := duration % time.Millisecond; rest > 0 {
		duration += time.Millisecond - rest
	}
	return durationpb.New(duration)
}

// timeOf gives the zero time where there is none.
func timeOf(timestamp *timestamppb.Timestamp) time.Time {
	if timestamp == nil {
		return time.Time{}
	}
	return timestamp.AsTime()
}
