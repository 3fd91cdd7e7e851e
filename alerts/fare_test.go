package alerts_test

import (
	"testing"

	"github.com/tenbells/tenbells/alerts"
)

func TestAReportSaysWhatBecameOfWhatWasSetAside(t *testing.T) {
	eachRoom(t, func(t *testing.T, r *room) {
		tariff := alerts.Tariff{From: 3, Rate: 100, Monthly: 1}
		r.desk.Tariff, r.desk.Purse = tariff, r.store.Alerts()
		r.editors.Tariff, r.editors.Purse = tariff, r.store.Alerts()
		for _, name := range []string{"one", "two", "three", "four"} {
			r.subscribe(name, "place:RU")
		}
		al := r.send(order("k"))
		paid := func(want alerts.Payment) {
			t.Helper()
			report, err := r.editors.Show(ctx, al.ID)
			if err != nil || len(report.Paid) != 1 || report.Paid[lane] != want {
				t.Errorf("paid is %+v (%v), want %+v", report.Paid, err, want)
			}
			if shown := report.JSON().Fares[lane]; shown != want {
				t.Errorf("the API says %+v", shown)
			}
		}
		aside := alerts.Fare{Messages: 4, Granted: true}
		r.mustWork()
		paid(alerts.Payment{Fare: aside})
		r.deliverUpTo(3)
		paid(alerts.Payment{Fare: aside, Sent: 3})
		if _, err := r.editors.Cancel(ctx, al.ID, "anna"); err != nil {
			t.Fatal(err)
		}
		paid(alerts.Payment{Fare: aside, Sent: 3, GivenBack: 1})

		al = r.send(order("second")) // 3 of the month's 10 messages are spent
		r.mustWork()
		r.deliver()
		paid(alerts.Payment{Fare: aside, Sent: 4})
		al = r.send(order("third"))
		r.mustWork()
		r.deliver()
		paid(alerts.Payment{Fare: alerts.Fare{Messages: 4}})
	})
}
