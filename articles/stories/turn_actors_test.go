package stories

import (
	"strings"
	"testing"
	"time"
)

func TestActorsAreReadInSeveralLanguages(t *testing.T) {
	const claimed, identified = "responsibility claimed", "suspect identified"
	for headline, want := range map[string]struct{ what, names string }{
		"Red Dawn claims responsibility for blast in Lindholm market": {claimed, "Red Dawn"},
		"Ответственность за взрыв в Линдхольме взяла «Красная заря»":  {claimed, "Красная"},
		"«Красная Заря» взяла на себя ответственность за взрыв":       {claimed, "Красная Заря"},
		"«Червона Зоря» взяла на себе відповідальність за вибух":      {claimed, "Червона Зоря"},
		"Morgenrot bekennt sich zu Anschlag in Lindholm":              {claimed, "Anschlag Lindholm"},
		"Le groupe Aube Rouge revendique l'attentat de Lindholm":      {claimed, "Aube Rouge"},
		"Aurora Roja reivindica el atentado de Lindholm":              {claimed, "Aurora Roja"},
		"داعش مسئولیت حمله به کابل را به عهده گرفت":                   {claimed, ""},
		"تنظيم الدولة يتبنى الهجوم على مسجد قندوز":                    {claimed, ""},
		"IŞİD Kabil'deki saldırıyı üstlendi":                          {claimed, "IŞİD Kabil'deki"},
		"مسئولیت رئیس\u200cجمهور چیست":                                {},
		"Police identify suspect in Lindholm blast as John Miller":    {identified, "Lindholm John"},
		"Lindholm gunman named as John Miller":                        {identified, "John Miller"},
		"Названо имя: подозреваемый в Линдхольме установлен":          {identified, "Линдхольме"},
		"Встановлено особу нападника в Одесі":                         {identified, "Одесі"},
		"Täter von Lindholm identifiziert":                            {identified, ""},
		"Le suspect identifié à Lyon":                                 {identified, "Lyon"},
		"Identifican al sospechoso del ataque":                        {identified, ""},
		"Minister claims victory in Lindholm":                         {},
		"Parliament names committee":                                  {},
		"Angeklagter bekennt sich schuldig":                           {},
		"Suspect":                                                     {},
		"":                                                            {},
	} {
		var got struct{ what, names string }
		for _, a := range actorsIn(headline) {
			got.what, got.names = a.what, a.shown()
		}
		if got != want {
			t.Errorf("%q: %q, want %q", headline, got, want)
		}
	}
}

func TestANewActorIsATurnOnce(t *testing.T) {
	ix := NewIndex()
	tell(ix, "Ferry Aurora blown up off Lindholm harbour")
	s := ix.storyOf(IDOf("Ferry Aurora blown up off Lindholm harbour"), start)
	for i, tt := range []struct{ next, want string }{
		{"Red Dawn claims responsibility for ferry Aurora", "new: responsibility claimed, shown by “claims responsibility”"},
		{"Blast on Aurora: Red Dawn claimed responsibility", ""},
		{"Group claims responsibility for Aurora", ""},
		{"Black Sun claims responsibility for ferry Aurora", "responsibility claimed: Black Sun, before Red Dawn, shown by “claims responsibility”"},
		{"Suspect named in Lindholm ferry blast", "new: suspect identified, shown by “Suspect named”"},
		{"Aurora suspect identified, police say", ""},
		{"Divers search ferry Aurora", ""},
	} {
		r := ix.recent.read(article(tt.next, tt.next, time.Duration(i+1)*10*time.Minute), nil)
		var got []string
		for _, c := range actorChanges(r, s) {
			if c.Kind != "actors" {
				t.Errorf("%q is a change of %s", tt.next, c.Kind)
			}
			got = append(got, c.String())
		}
		if said := strings.Join(got, "; "); said != tt.want {
			t.Errorf("%q changes %q, want %q", tt.next, said, tt.want)
		}
		ix.recent.add(r, s)
	}
}

func TestWhoClaimsAnEventIsATurnInIt(t *testing.T) {
	p := tell(NewIndex(), "Ferry Aurora blown up off Lindholm harbour", "Red Dawn claims responsibility for ferry Aurora blown up off Lindholm harbour")
	if p.Is != Turn || len(p.Turns) != 1 || p.Turns[0].Kind != "actors" {
		t.Errorf("it is a %s: %+v", p.Is, p.Turns)
	}
}
