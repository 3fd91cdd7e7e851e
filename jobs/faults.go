package jobs

import (
	"context"
	"log/slog"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// faults puts what went wrong with a task in the log; River itself does not count a failed job among what goes wrong.
type faults struct{ log *slog.Logger }

// HandleError is called when a task failed.
func (f faults) HandleError(_ context.Context, _ *rivertype.JobRow, err error) *river.ErrorHandlerResult {
	f.log.Error("jobs: task failed, will be repeated", "err", err)
	return nil
}

// HandlePanic is called when a task panicked.
func (f faults) HandlePanic(_ context.Context, job *rivertype.JobRow, cause any, trace string) *river.ErrorHandlerResult {
	f.log.Error("jobs: task panicked, will be repeated", "task", string(job.EncodedArgs), "cause", cause, "stack", trace)
	return nil
}
