package extract

import "testing"

func TestKindsOfLines(t *testing.T) {
	for s, want := range map[string]kind{
		"Updated 5:27 am CST, Wednesday, November 20, 2019":       dated,
		"Posted: Fri 6:45 PM, Feb 16, 2018 |":                     dated,
		"Zuletzt aktualisiert am 3. Mai 2031 um 8:00 Uhr":         dated,
		"Published in 2019, the book was read by nobody.":         prose,
		"Updated rules for the ferry":                             label,
		"https://vail.example/news/observatory-reopens":           furniture,
		"See https://vail.example for the rules of the ferry now": label,
	} {
		if got := kindOf(s); got != want {
			t.Errorf("%q: got kind %d, want %d", s, got, want)
		}
	}
}

func TestPictureCredits(t *testing.T) {
	for s, want := range map[string]bool{
		"The new dome on Sunday. | © Ann Lee/AP":  true,
		"The new dome on Sunday (Photo: Ann Lee)": true,
		"Foto: dpa":                  true,
		"Image credit: Vail Gazette": true,
		"She took a photo: a dome, and behind it the hill.": false,
		"The photo was taken by Ann Lee":                    false,
	} {
		if got := isCaption(block{line: line{text: s, kind: kindOf(s)}}); got != want {
			t.Errorf("%q: got %v, want %v", s, got, want)
		}
	}
}

func TestADescriptionOfTheWholeTextIsNoStandfirst(t *testing.T) {
	if got := standfirst(para1+" "+para2+" "+para3, []string{"Another beginning."}); got != "" {
		t.Errorf("standfirst %q", got)
	}
	if got := standfirst(para1, []string{"Another beginning."}); got != para1 {
		t.Errorf("standfirst %q", got)
	}
}
