package main

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/tenbells/tenbells/delivery"
)

// meter counts what the lanes do, for /metrics.
type meter struct {
	*sourcesMeter
	attempts *prometheus.CounterVec
	calls    *prometheus.HistogramVec
	arrivals *prometheus.HistogramVec
	owned    *prometheus.GaugeVec
	faults   *prometheus.GaugeVec
	paid     *prometheus.CounterVec

	canaries  *prometheus.GaugeVec
	canaryAt  *prometheus.GaugeVec
	canaryOut *prometheus.CounterVec
}

func newMeter(r prometheus.Registerer) *meter {
	m := &meter{
		sourcesMeter: newSourcesMeter(r),
		attempts: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "tenbells_delivery_attempts_total",
			Help: "Attempts to deliver, by what became of them: sent, again (it surely did not arrive), unknown (no answer came), or why the message was dropped."},
			[]string{"lane", "class", "op", "outcome"}),
		calls: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "tenbells_delivery_call_seconds",
			Help: "How long an attempt took, its answer included.", Buckets: []float64{.01, .025, .05, .1, .25, .5, 1, 2.5, 5}},
			[]string{"lane"}),
		arrivals: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "tenbells_delivery_seconds",
			Help: "From when a first telling fell due to its arrival.", Buckets: []float64{.05, .1, .25, .5, 1, 5, 15, 60, 300, 900, 3600, 14400}},
			[]string{"lane", "class"}),
		owned: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "tenbells_lane_owned",
			Help: "1 while this process sends for the lane, 0 while another one may."}, []string{"lane"}),
		faults: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "tenbells_lane_fault",
			Help: "1 while nothing can be delivered: the platform does not answer, or refuses the token."}, []string{"lane"}),
	}
	m.paid = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "tenbells_paid_messages_total",
		Help: "Messages that were sent as paid broadcasts, for a tenth of a Star each at most."}, []string{"lane"})
	m.canaries = prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "tenbells_canary_seconds",
		Help: "How long the last canary took, from its order to the platform's answer."}, []string{"lane"})
	m.canaryAt = prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "tenbells_canary_arrived_timestamp_seconds",
		Help: "When the last canary arrived: an age of more than two intervals is an alarm."}, []string{"lane"})
	m.canaryOut = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "tenbells_canaries_lost_total",
		Help: "Canaries that did not arrive in time."}, []string{"lane"})
	r.MustRegister(m.attempts, m.calls, m.arrivals, m.owned, m.faults, m.paid, m.canaries, m.canaryAt, m.canaryOut)
	return m
}

// attempted is a Dispatcher's Attempted.
func (m *meter) attempted(p delivery.Parcel, r delivery.Receipt, took time.Duration) {
	m.attempts.WithLabelValues(string(p.Lane), p.Class.String(), string(p.Op), outcome(r)).Inc()
	m.calls.WithLabelValues(string(p.Lane)).Observe(took.Seconds())
	if p.Paid && r.State == delivery.Sent {
		m.paid.WithLabelValues(string(p.Lane)).Inc()
	}
	if p.Op == delivery.Send && r.State == delivery.Sent {
		m.arrivals.WithLabelValues(string(p.Lane), p.Class.String()).Observe(r.At.Sub(p.Due).Seconds())
	}
}

func outcome(r delivery.Receipt) string {
	switch r.State {
	case delivery.Queued:
		return "again"
	case delivery.Dropped:
		return string(r.Reason)
	default:
		return string(r.State)
	}
}

// canary notes how long one took, and canaryLost that it did not arrive.
func (m *meter) canary(l delivery.Lane, took time.Duration, at time.Time) {
	m.canaries.WithLabelValues(string(l)).Set(took.Seconds())
	m.canaryAt.WithLabelValues(string(l)).Set(float64(at.UnixMilli()) / 1000)
}

func (m *meter) canaryLost(l delivery.Lane) { m.canaryOut.WithLabelValues(string(l)).Inc() }

// owns notes whether this process sends for a lane.
func (m *meter) owns(l delivery.Lane, does bool) { m.owned.WithLabelValues(string(l)).Set(one(does)) }

// fault notes whether a lane can deliver.
func (m *meter) fault(l delivery.Lane, is bool) { m.faults.WithLabelValues(string(l)).Set(one(is)) }

func one(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}
