package extract

import (
	"strings"
	"testing"
)

func TestDatelinesAreTakenApart(t *testing.T) {
	cases := []struct{ text, place, rest string }{
		{"KYIV -- Russia has struck the port.", "KYIV", "Russia has struck the port."},
		{"KYIV --Russia has struck.", "", "KYIV --Russia has struck."},
		{"КИЕВ — Россия нанесла удар.", "КИЕВ", "Россия нанесла удар."},
		{"WASHINGTON, April 29 (Reuters) - The president spoke.", "WASHINGTON, April 29 (Reuters)", "The president spoke."},
		{"UST-KAMENOGORSK, Kazakhstan – “No,” she said.", "UST-KAMENOGORSK, Kazakhstan", "“No,” she said."},
		{"Prague -- Twelve have died.", "Prague", "Twelve have died."},
		{"თბილისი -- პარლამენტმა კანონი მიიღო.", "თბილისი", "პარლამენტმა კანონი მიიღო."},
		{"NATO — the alliance — has met.", "", "NATO — the alliance — has met."},
		{"Putin — That is who it was.", "", "Putin — That is who it was."},
		{"He said it was over. KYIV -- Nothing.", "", "He said it was over. KYIV -- Nothing."},
		{"KYIV -- ", "", "KYIV -- "},
		{"", "", ""},
	}
	for _, tt := range cases {
		if place, rest := Dateline(tt.text); place != tt.place || rest != tt.rest {
			t.Errorf("%q is %q and %q", tt.text, place, rest)
		}
	}
}

func TestTheDatelineStandsInNoText(t *testing.T) {
	a, err := Text([]byte("World\n\nPort Is Struck Again By Missiles\n\nKYIV -- Russia has struck the port of Odesa for the third time this week, the navy says.\n\nNobody was hurt in it, as far as is known to the navy and to the port.\n"))
	if err != nil || a.Dateline != "KYIV" || len(a.Body) != 2 || !strings.HasPrefix(a.Body[0], "Russia has") {
		t.Errorf("%+v, %v", a, err)
	}
	a, err = HTML([]byte("<article><h1>Port Is Struck Again By Missiles</h1><p>KYIV -- Russia has struck the port of Odesa for the third time this week, the navy says.</p><p>Nobody was hurt in it, as far as is known to the navy and to the port.</p></article>"), "")
	if err != nil || a.Dateline != "KYIV" || len(a.Body) != 2 || !strings.HasPrefix(a.Body[0], "Russia has") {
		t.Errorf("%+v, %v", a, err)
	}
}

func FuzzDateline(f *testing.F) {
	for _, seed := range []string{"KYIV -- Russia", "A (B) - C", "— — —", "ŽŽ\xff -- x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if place, rest := Dateline(text); place == "" && rest != text || place != "" && (rest == "" || !strings.HasSuffix(text, rest)) {
			t.Errorf("%q is %q and %q", text, place, rest)
		}
	})
}
