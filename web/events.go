package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/tenbells/tenbells/alerts"
)

// eventStream is the media type of server-sent events (html.spec.whatwg.org/multipage/server-sent-events.html).
const eventStream = "text/event-stream"

// keepAlive is how often a stream says something even if nothing changed, so that proxies do not take it for dead.
const keepAlive = 15 * time.Second

// followAlert tells how an alert stands, at once and whenever it changes, until nothing of it is open.
func (s *Server) followAlert(w http.ResponseWriter, r *http.Request) error {
	now, err := s.Editors.Show(r.Context(), alertID(r))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", eventStream)
	stream := stream{w: w, control: http.NewResponseController(w)}
	if err := stream.outliveServer(time.Time{}); err != nil {
		return err
	}
	look := time.NewTicker(s.Watch)
	defer look.Stop()
	for {
		if err := stream.tell(now.JSON()); err != nil || settled(now) {
			return s.lostReader(err)
		}
		select {
		case <-r.Context().Done():
			return nil
		case <-stop(r):
			return nil
		case <-look.C:
		}
		if now, err = s.Editors.Show(r.Context(), alertID(r)); err != nil {
			s.Log.Error("web: event stream ended", "alert", alertID(r), "err", err) // the answer has begun: it cannot say so
			return nil
		}
	}
}

// lostReader notes that somebody stopped listening: no fault of anybody.
func (s *Server) lostReader(err error) error {
	if err != nil {
		s.Log.Debug("web: a follower left", "err", err)
	}
	return nil
}

// settled says that an alert will not change unless somebody does something to it.
func settled(r alerts.Report) bool {
	ended := []alerts.Status{alerts.Sent, alerts.CancelledStatus, alerts.Corrected, alerts.Recalled}
	carried := r.Alert.Amendment == nil || r.Alert.Amendment.Carried
	return slices.Contains(ended, r.Alert.Status) && carried && !r.Counts.Open()
}

// stream is one event stream.
type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
	last    []byte
	told    time.Time
}

// tell sends v if it is news, or a sign of life when nothing was sent for long.
func (s *stream) tell(v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	message := fmt.Appendf(nil, "event: alert\ndata: %s\n\n", data)
	if bytes.Equal(data, s.last) {
		if time.Since(s.told) < keepAlive {
			return nil
		}
		message = []byte(": still here\n\n")
	}
	s.last, s.told = data, time.Now()
	deadline := s.outliveServer(s.told.Add(2 * keepAlive))
	_, wrote := s.w.Write(message)
	return errors.Join(deadline, wrote, s.control.Flush())
}

// outliveServer moves the connection's deadlines, which are made for short answers. net/http goes on reading while we
// write, and takes a read that ran into its deadline for a reader who left.
func (s *stream) outliveServer(write time.Time) error {
	return errors.Join(s.control.SetReadDeadline(time.Time{}), s.control.SetWriteDeadline(write))
}
