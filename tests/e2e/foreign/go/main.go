// An unchanged aws-lambda-go function: answers the event's own text, or fails, or panics.
package main

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

type event struct {
	Say   string `json:"say"`
	Fail  string `json:"fail"`
	Panic string `json:"panic"`
}

type answer struct {
	Said       string `json:"said"`
	RequestID  string `json:"request_id"`
	DeadlineIn int64  `json:"deadline_in_s"`
}

func handle(ctx context.Context, e event) (answer, error) {
	if e.Fail != "" {
		return answer{}, errors.New(e.Fail)
	}
	if e.Panic != "" {
		panic(e.Panic)
	}
	deadline, _ := ctx.Deadline()
	lc, _ := lambdacontext.FromContext(ctx)
	return answer{e.Say, lc.AwsRequestID, int64(time.Until(deadline).Round(time.Second).Seconds())}, nil
}

func main() {
	// Registers an internal extension, as a function that wants SIGTERM does.
	lambda.StartWithOptions(handle, lambda.WithEnableSIGTERM())
}
