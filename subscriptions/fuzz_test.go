package subscriptions

import (
	"testing"
	"time"
)

// A line of cron that is taken has a date to come in every zone, and it does not take long to find it.
func FuzzCron(f *testing.F) {
	for _, seed := range []string{"0 8 * * 1-5", "*/5 8-9 1,2 * 5-7", "0 0 31 2 *", "59 23 29 2 0", "0-59/7 * * 1-12/11 *"} {
		f.Add(seed)
	}
	from := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, line string) {
		if CheckDigest(line) != nil {
			return
		}
		for _, zone := range []string{"UTC", "Asia/Kathmandu", "America/Santiago"} {
			next := NextDigest(Subscriber{Digest: []string{line}, Zone: zone}, from)
			if next.IsZero() || !next.After(from) {
				t.Errorf("%q after %v in %s is %v", line, from, zone, next)
			}
		}
	})
}

// Quiet hours that are taken are written so that they read the same.
func FuzzQuiet(f *testing.F) {
	for _, seed := range []string{"23:00-07:00", "23-7", "0-0", "24:00-1", "1:60-2", "٢٣-٧"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, hours string) {
		q, err := ParseQuiet(hours, "")
		if err != nil || !q.On() {
			return
		}
		if again, err := ParseQuiet(q.String(), q.Mode); err != nil || again != q {
			t.Errorf("%q is %+v, and %q is %+v, %v", hours, q, q.String(), again, err)
		}
	})
}

// A key that is taken stays as it is when it is taken again.
func FuzzKey(f *testing.F) {
	for _, seed := range []string{"place:ru", "word:A  b", "medtop:16000000", "source:x", "story:", "word:ß İ"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		key, err := NormalKey(text, func(string) bool { return true })
		if err != nil {
			return
		}
		if again, err := NormalKey(string(key), func(string) bool { return true }); err != nil || again != key {
			t.Errorf("%q is %q, and that %q, %v", text, key, again, err)
		}
	})
}
