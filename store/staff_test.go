package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/store"
	"github.com/tenbells/tenbells/store/storetest"
)

var _ alerts.Staff = (*store.Staff)(nil)

func TestTheStaffIsHiredAndDismissed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		staff := s.Staff()
		ann := alerts.Member{Platform: delivery.Telegram, Person: "700700700", Role: alerts.Editor, Added: noon}
		bob := alerts.Member{Platform: delivery.Discord, Person: "700700700", Role: alerts.Publisher, Added: noon.Add(time.Hour)}
		act := func(what string) alerts.Act { return alerts.Act{At: noon, By: "cli:chief", What: what} }
		change := s.Changed(store.Alerts)
		for _, m := range []alerts.Member{bob, ann} {
			if err := staff.Hire(ctx, m, act("staff-add")); err != nil {
				t.Fatal(err)
			}
		}
		woken(t, change)
		promoted := ann
		promoted.Role, promoted.Added = alerts.Publisher, noon.Add(2*time.Hour)
		if err := staff.Hire(ctx, promoted, act("staff-add")); err != nil {
			t.Fatal(err)
		}
		ann.Role = alerts.Publisher
		if all, err := staff.Members(ctx); err != nil || !cmp.Equal(all, []alerts.Member{ann, bob}) {
			t.Errorf("the staff is %+v, %v", all, err)
		}
		if err := staff.Dismiss(ctx, ann.Platform, ann.Person, act("staff-remove")); err != nil {
			t.Fatal(err)
		}
		if err := staff.Dismiss(ctx, ann.Platform, ann.Person, act("staff-remove")); !errors.Is(err, alerts.ErrNoMember) {
			t.Errorf("dismissed again: %v", err)
		}
		for platform, want := range map[delivery.Platform]alerts.Role{delivery.Telegram: "", delivery.Discord: alerts.Publisher} {
			if got, err := staff.Role(ctx, platform, "700700700"); err != nil || got != want {
				t.Errorf("on %s they are %q, %v, want %q", platform, got, err, want)
			}
		}
		if acts, err := s.Alerts().Acts(ctx, "", 10); err != nil || len(acts) != 4 {
			t.Errorf("on the record: %+v, %v", acts, err)
		}
	})
}

func TestACodeLetsOnePersonIn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		staff, day := s.Staff(), 24*time.Hour
		invite := func(code string, at time.Time) {
			if err := staff.Invite(ctx, code, alerts.Publisher, at.Add(day), alerts.Act{At: at, By: "cli:chief", What: "staff-invite"}); err != nil {
				t.Fatal(err)
			}
		}
		join := func(code, person string, at time.Time) error {
			_, err := staff.Enlist(ctx, code, alerts.Member{Platform: delivery.Telegram, Person: person, Added: at}, alerts.Act{At: at, By: "telegram:" + person, What: "staff-join"})
			return err
		}
		invite("first", noon)
		invite("late", noon)
		for _, tt := range []struct {
			code, person string
			at           time.Time
			want         error
		}{
			{"guess", "1", noon, alerts.ErrNoCode},
			{"first", "1", noon.Add(time.Hour), nil},
			{"first", "2", noon.Add(time.Hour), alerts.ErrNoCode},
			{"late", "2", noon.Add(day), alerts.ErrNoCode},
		} {
			if err := join(tt.code, tt.person, tt.at); !errors.Is(err, tt.want) {
				t.Errorf("%s by %s: %v, want %v", tt.code, tt.person, err, tt.want)
			}
		}
		if role, err := staff.Role(ctx, delivery.Telegram, "1"); err != nil || role != alerts.Publisher {
			t.Errorf("who joined is %q, %v", role, err)
		}
		if role, err := staff.Role(ctx, delivery.Telegram, "2"); err != nil || role != "" {
			t.Errorf("who came late is %q, %v", role, err)
		}
		acts, err := s.Alerts().Acts(ctx, "", 10)
		if err != nil || len(acts) != 3 || acts[0] != (alerts.Act{At: noon.Add(time.Hour), By: "telegram:1", What: "staff-join", Detail: "publisher, invited by cli:chief"}) {
			t.Errorf("on the record: %+v, %v", acts, err)
		}
	})
}
