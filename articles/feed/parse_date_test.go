package feed

import (
	"testing"
	"time"
)

func TestTimesAsFeedsWriteThem(t *testing.T) {
	for text, want := range map[string]string{
		"2026-03-01T08:00:00Z":                 "2026-03-01T08:00:00Z",
		"2026-03-01T08:00:00.123+01:00":        "2026-03-01T07:00:00.123Z",
		"2026-03-01 08:00:00":                  "2026-03-01T08:00:00Z",
		"2026-03-01T08:00+0100":                "2026-03-01T07:00:00Z",
		"2026-03-01T08:00:00-03":               "2026-03-01T11:00:00Z",
		"2026-03-01":                           "2026-03-01T00:00:00Z",
		"2026-03":                              "2026-03-01T00:00:00Z",
		"2026":                                 "2026-01-01T00:00:00Z",
		"20260301T080000Z":                     "2026-03-01T08:00:00Z",
		"2026-060":                             "2026-03-01T00:00:00Z",
		"2026/03/01 08:00":                     "2026-03-01T08:00:00Z",
		"01.03.2026 08:00":                     "2026-03-01T08:00:00Z",
		"3/31/2026 8:05 PM":                    "2026-03-31T20:05:00Z",
		"Sun, 01 Mar 2026 08:00:00 GMT":        "2026-03-01T08:00:00Z",
		"Sun, 1 Mar 2026 08:00 +0200":          "2026-03-01T06:00:00Z",
		"Sun, 01 Mar 26 08:00:00 EST":          "2026-03-01T13:00:00Z",
		"01 Mar 2026 08:00:00 PDT":             "2026-03-01T15:00:00Z",
		"Sunday, March 1, 2026 8:00:00 AM CET": "2026-03-01T07:00:00Z",
		"Sun, 01 Mar 2026 12:30 AM":            "2026-03-01T00:30:00Z",
		"Sun, 01 Mar 2026 08:00:00 GMT+0100":   "2026-03-01T07:00:00Z",
		"Sun, 01 Mar 2026 08:00:00 MSK":        "2026-03-01T05:00:00Z",
		"Sun, 01 Mar 2026 08:00:00 XYZ":        "2026-03-01T08:00:00Z",
		"Sun Mar  1 08:00:00 2026":             "2026-03-01T08:00:00Z",
		"Sun Mar  1 08:00:00 EST 2026":         "2026-03-01T13:00:00Z",
		"Sun, 01 March 2026":                   "2026-03-01T00:00:00Z",
		"mar, 03 nov 2026 10:00:00 +0100":      "2026-11-03T09:00:00Z",
		"So, 01 Mär 2026 08:00:00 +0100":       "2026-03-01T07:00:00Z",
		"dim., 01 août 2026 08:00:00 +0200":    "2026-08-01T06:00:00Z",
		"Вс, 01 мар 2026 08:00:00 +0300":       "2026-03-01T05:00:00Z",
		"1 марта 2026, 08:00":                  "2026-03-01T08:00:00Z",
		"1 мая 2026 г. 08:00":                  "2026-05-01T08:00:00Z",
		"Κυρ, 11 Ιούλ 2004 12:00:00 EST":       "2004-07-11T17:00:00Z",
		"١ مارس ٢٠٢٦ ٠٨:٠٠":                    "2026-03-01T08:00:00Z",
		"2026年3月1日 08:00":                      "2026-03-01T08:00:00Z",
		"2004-05-28 오후 01:31:15":               "2004-05-28T13:31:15Z",
		"2026-03-01T24:00:00Z":                 "2026-03-02T00:00:00Z",
		"yesterday":                            "",
		"":                                     "",
		"0000-00-00 00:00:00":                  "",
		"2026-13-01":                           "",
		"Mon, 01 Jan 0001 00:00:00 +0000":      "",
		"1 of 2":                               "",
		"Mar 2026":                             "",
	} {
		got, ok := when(text)
		if formatted := got.Format(time.RFC3339Nano); ok && formatted != want || !ok && want != "" {
			t.Errorf("%q is %s (%v), want %s", text, formatted, ok, want)
		}
	}
}

func TestPublishedAndModified(t *testing.T) {
	doc := parsed(t, `<rss xmlns:dcterms="http://purl.org/dc/terms/"><channel>`+
		item("1", "One", "<pubDate>Sun, 01 Mar 2026 08:00:00 GMT</pubDate><dcterms:modified>2026-03-01T09:00:00Z</dcterms:modified>")+
		item("2", "Two", "<dc:date>2026-03-01</dc:date>")+"</channel></rss>")
	if one := doc.Items[0]; !one.Edited() || one.Published.Hour() != 8 || one.Modified.Hour() != 9 {
		t.Errorf("published %s, modified %s", one.Published, one.Modified)
	}
	if two := doc.Items[1]; two.Edited() || two.Published.Day() != 1 || !two.Modified.IsZero() {
		t.Errorf("published %s, modified %s", two.Published, two.Modified)
	}
}
