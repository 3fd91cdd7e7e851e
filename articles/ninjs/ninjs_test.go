package ninjs

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tenbells/tenbells/articles"
)

func fixture(t testing.TB, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func utc(year int, month time.Month, day, hour, minute int) time.Time {
	return time.Date(year, month, day, hour, minute, 0, 0, time.UTC)
}

var documents = map[string]articles.Article{
	"superdesk.json": {
		ID:     articles.DeriveID("ninjs", "urn:newsml:desk.example:2031-10-07T18:42:00:ferry"),
		Status: articles.Usable, Language: "en-GB", Headline: "Harbour ferry runs aground off Lindholm",
		Standfirst: "All 214 people on board were taken ashore.",
		Body: []string{
			"A passenger ferry ran aground in thick fog off Lindholm on Tuesday evening.",
			"“Nobody is missing,” the coast guard said.",
			"The strait stays closed.",
		},
		Dateline: "LINDHOLM", Byline: "Marta Ekdahl", Section: "News", Urgency: 2, Outlet: "Lindholm Courier",
		Keywords: []string{"ferry", "Lindholm", "ferry aground"},
		Subjects: []articles.Topic{"medtop:03000000", "medtop:20000146"},
		Places:   []articles.Place{"SE"},
		Evolved:  articles.DeriveID("ninjs", "urn:newsml:desk.example:2031-10-07T18:20:00:alert"),
		Images: []articles.Image{
			{URL: "https://desk.example/vega-1400.jpg", Caption: "The Vega on the rocks", Credit: "Per Oste"},
			{URL: "https://desk.example/rocks.jpg", Caption: "The rocks"},
		},
		Published: utc(2031, 10, 7, 18, 42), Modified: utc(2031, 10, 7, 19, 10),
	},
	"v2.json": {
		ID: articles.DeriveID("ninjs", "urn:example:plotina"), Status: articles.Withheld, Language: "ru",
		Headline: "В Верхнереченске прорвало плотину", Standfirst: "Город эвакуируют.",
		Body: []string{"Первый абзац.", "Второй абзац."}, Byline: "Игорь Савельев", Outlet: "Берег",
		Subjects: []articles.Topic{"medtop:20000151"}, Places: []articles.Place{"IT", "RU"},
		URL:       "https://bereg.example/plotina",
		Images:    []articles.Image{{URL: "https://bereg.example/1.jpg", Caption: "Площадь"}},
		Published: utc(2031, 4, 2, 3, 10), Modified: utc(2031, 4, 2, 3, 10),
	},
	"v3.json": {
		ID: articles.DeriveID("ninjs", "urn:example:clocks"), Status: articles.Cancelled,
		Headline: "Parliament votes to move the clocks", Body: []string{"Line one.", "Line two."}, Urgency: 5,
		Outlet: "Norrland Press", Credit: "© Norrland Press",
		Published: utc(2031, 11, 2, 10, 0), Modified: utc(2031, 11, 2, 10, 0),
	},
}

func TestParse(t *testing.T) {
	for name, want := range documents {
		t.Run(name, func(t *testing.T) {
			got, err := Parse(fixture(t, name))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Whoever sends a document with several faults is always told of the same one first.
func TestOfSeveralFaultsTheSameIsNamed(t *testing.T) {
	for doc, want := range map[string]string{
		`{"uri":"a","x":{"h":1e400,"g":1e400,"f":1e400,"e":1e400,"d":1e400,"c":1e400,"b":1e400}}`: "ninjs: /x/b: is a number beyond measure",
		`{"uri":7,"urgency":"2","headline":1,"byline":2,"title":3,"language":4}`:                  "ninjs: /byline: must be string",
	} {
		for range 20 {
			if _, err := Parse([]byte(doc)); err == nil || !strings.HasPrefix(err.Error(), want) {
				t.Fatalf("%s: got %v, want %s", doc, err, want)
			}
		}
	}
}

func TestFaultsNameTheirPath(t *testing.T) {
	for doc, want := range map[string]string{
		``:                                       "ninjs: /: no JSON",
		`[]`:                                     "ninjs: /: must be an object",
		`{"uri":"a"} {}`:                         "ninjs: /: more follows",
		`{}`:                                     "ninjs: /uri: is required (ninjs 1.6)",
		`{"guid":"", "service":[]}`:              "ninjs: /uri: is required",
		`{"uri":7}`:                              "ninjs: /uri: must be string, is number (ninjs 1.6)",
		`{"uri":"a","urgency":0.1}`:              "ninjs: /urgency: ",
		`{"uri":"a","urgency":10}`:               "ninjs: /urgency: ",
		`{"uri":"a","urgency":0}`:                "ninjs: /urgency: ",
		`{"uri":"a","urgency":1e400}`:            "ninjs: /urgency: is a number beyond measure",
		`{"uri":"a","urgency":1e-999999999}`:     "ninjs: /urgency: is a number beyond measure",
		`{"uri":"a","x/y":[{"~":1e999999999}]}`:  "ninjs: /x~1y/0/~0: is a number beyond measure",
		`{"uri":"a","urgency":"2"}`:              "ninjs: /urgency: must be number, is string",
		`{"uri":"a","pubStatus":"replaced"}`:     "ninjs: /pubStatus: value must be one of 'usable', 'withheld', 'canceled' (ninjs 3.1)",
		`{"guid":"a","pubstatus":"replaced"}`:    "ninjs: /pubstatus: value must be one of 'usable', 'withheld', 'canceled' (ninjs superdesk)",
		`{"uri":"a","title":42}`:                 "ninjs: /title: must be string",
		`{"uri":"a","versioncreated":2019}`:      "ninjs: /versioncreated: must be string",
		`{"uri":"a","embargoed":"tomorrow"}`:     `ninjs: /embargoed: "tomorrow" is no time`,
		`{"uri":"a","body_text":{"a":1}}`:        "ninjs: /body_text: must be string",
		`{"uri":"a","bodies":[{"value":{}}]}`:    "ninjs: /bodies/0/value: must be string, is object (ninjs 2.2)",
		`{"uri":"a","subject":"politics"}`:       "ninjs: /subject: must be array",
		`{"uri":"a","places":[{"name":1}]}`:      "ninjs: /places/0/name: must be string",
		`{"guid":"a","keywords":[1]}`:            "ninjs: /keywords: must be a list of texts",
		`{"uri":"a","associations":{"x":"pic"}}`: "ninjs: /associations/x: must be object",
		`{"uri":"a","mime_type":"text/plain"}`:   "ninjs: /mime_type: is no field of this version (ninjs 1.6)",
		`{"uri":"a","standard":{"schema":"http://www.iptc.org/std/ninjs/ninjs-schema_2.1.json"},"linkedrights":{}}`: "ninjs: /linkedrights: is no field of this version (ninjs 2.1)",
	} {
		if _, err := Parse([]byte(doc)); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", doc, err, want)
		}
	}
}

func TestEmbargoedIsWithheld(t *testing.T) {
	for doc, want := range map[string]articles.Status{
		`{"uri":"a","versioncreated":"2031-06-26T23:54:25+0000","embargoed":"2031-06-29T02:30:00+00:00"}`: articles.Withheld,
		`{"uri":"a","embargoed":"2031-06-29T02:30:00+00:00"}`:                                             articles.Withheld,
		`{"uri":"a","versioncreated":"2031-06-29T03:00:00Z","embargoed":"2031-06-29T02:30:00+00:00"}`:     articles.Usable,
	} {
		a, err := Parse([]byte(doc))
		if err != nil || a.Status != want {
			t.Errorf("%s: got %q %v, want %q", doc, a.Status, err, want)
		}
	}
}

func TestUrgencyMayBeWrittenAsANumberWithPoint(t *testing.T) {
	if a, err := Parse([]byte(`{"uri":"a","urgency":1.0}`)); err != nil || a.Urgency != 1 {
		t.Errorf("got %d, %v", a.Urgency, err)
	}
}

// TestVersions holds documents to versions that the caller names, and to those they declare or show themselves.
func TestVersions(t *testing.T) {
	const declared = `{"uri":"a","standard":{"name":"ninjs","version":"3.0","schema":"http://www.iptc.org/std/ninjs/ninjs-schema_3.0.json"},"pubStatus":"usable"}`
	for name, c := range map[string]struct{ doc, version, fault string }{
		"a component in 1.2":             {`{"uri":"a","type":"component"}`, "1.2", ""},
		"a component in 1.1":             {`{"uri":"a","type":"component"}`, "1.1", "/type"},
		"a component in any":             {`{"uri":"a","type":"component"}`, "", ""},
		"of a version that there is not": {`{"uri":"a"}`, "4.0", "/"},
		"declared":                       {declared, "", ""},
		"declared, held to another":      {declared, "1.6", "/pubStatus"},
		"British spelling":               {`{"uri":"a","pubstatus":"cancelled"}`, "", ""},
		"British spelling, held to 1.0":  {`{"uri":"a","pubstatus":"cancelled"}`, "1.0", "/pubstatus"},
		"an extension of 2.1":            {`{"uri":"a","bodies":[],"desk":"Inrikes"}`, "2.1", ""},
		"an extension without a version": {`{"uri":"a","bodies":[],"desk":"Inrikes"}`, "", ""},
		"an extension of 1.6":            {`{"uri":"a","body_text":"b","desk":"Inrikes"}`, "", "/desk"},
		"Superdesk, with null":           {`{"guid":"a","byline":null,"priority":6,"associations":{"main":{"guid":"b","type":"picture","poi":{}}}}`, "", ""},
		"Superdesk, held to 1.6":         {`{"guid":"a","priority":6}`, "1.6", "/guid"},
		"an old declaration, upgraded":   {`{"uri":"a","standard":{"schema":"http://www.iptc.org/std/ninjs/ninjs-schema_1.3.json"},"bodies":[]}`, "", ""},
		"somebody's own schema":          {`{"uri":"a","standard":{"version":"2.1","schema":"https://tt.example/ttninjs_2.1.json"},"bodies":[]}`, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ParseAs([]byte(c.doc), c.version)
			var fault *Fault
			switch errors.As(err, &fault); {
			case c.fault == "" && err != nil:
				t.Error(err)
			case c.fault != "" && (fault == nil || fault.Path != c.fault):
				t.Errorf("got %v, want a fault at %s", err, c.fault)
			}
		})
	}
}

// TestSchemasAreRead compiles all of them: at run time, one is compiled when it is first needed.
func TestSchemasAreRead(t *testing.T) {
	for _, version := range Versions() {
		doc, err := readSchema(version)
		if err != nil {
			t.Fatal(err)
		}
		if fields := fieldsOf(doc); len(fields) < 20 {
			t.Errorf("%s: only %d fields", version, len(fields))
		}
		if _, err := compile(doc); err != nil {
			t.Errorf("%s: %v", version, err)
		}
	}
}

// TestCorpus holds every sample of IPTC's and of Superdesk's own repositories to its version.
func TestCorpus(t *testing.T) {
	root := os.Getenv("TENBELLS_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared")
	}
	file, err := os.Open(filepath.Join(root, "corpus", "ninjs", "samples.jsonl.gz"))
	if err != nil && os.Getenv("TENBELLS_NO_SKIP") == "1" {
		t.Fatalf("no shared reading: %v", err)
	} else if err != nil {
		t.Skipf("no shared reading: %v", err)
	}
	defer file.Close()
	zipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	accepted, valid, refused, invalid := 0, 0, 0, 0
	for lines := json.NewDecoder(zipped); ; {
		var sample struct {
			Path, Doc, Version string
			Valid              bool
		}
		if err := lines.Decode(&sample); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(sample.Path, "extension-schema") {
			continue // a JSON schema that the samples count among the valid documents
		}
		a, err := ParseAs([]byte(sample.Doc), sample.Version)
		var fault *Fault
		switch {
		case sample.Valid:
			valid++
			if _, err := Parse([]byte(sample.Doc)); err != nil {
				t.Errorf("%s, of no named version: %v", sample.Path, err)
			}
			if err != nil {
				t.Errorf("%s: %v", sample.Path, err)
				continue
			}
			accepted++
			checkComplete(t, sample.Path, sample.Doc, a)
		case errors.As(err, &fault) && strings.HasPrefix(fault.Path, "/"):
			invalid, refused = invalid+1, refused+1
		default:
			invalid++
			t.Errorf("%s is taken for valid in %s (%v)", sample.Path, sample.Version, err)
		}
	}
	t.Logf("%d of %d valid samples read, %d of %d invalid ones refused", accepted, valid, refused, invalid)
	if valid < 150 {
		t.Errorf("only %d valid samples found", valid)
	}
}

// checkComplete looks for what the document has, in whatever version, and the article lacks.
func checkComplete(t *testing.T, path, doc string, a articles.Article) {
	var raw map[string]any
	if err := json.Unmarshal([]byte(doc), &raw); err != nil {
		t.Fatal(err)
	}
	for key, value := range raw {
		key = strings.ToLower(key)
		empty := value == nil || value == "" || value == "..."
		if list, ok := value.([]any); ok {
			empty = len(list) == 0
		}
		lost := strings.HasPrefix(key, "headline") && a.Headline == "" ||
			(strings.HasPrefix(key, "body") || key == "bodies") && len(a.Body) == 0 ||
			key == "language" && a.Language == "" || key == "urgency" && a.Urgency == 0 ||
			key == "versioncreated" && a.Published.IsZero() || (key == "byline" || key == "by") && a.Byline == ""
		if lost && !empty {
			t.Errorf("%s: %s is lost: %v", path, key, value)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range standards() {
		s.schema() // what is made once would look like something that an input found
	}
	for name := range documents {
		f.Add(fixture(f, name))
	}
	f.Add([]byte(`{"uri":"a","Uri":"b","body":"<p>","associations":[[]]}`))
	f.Fuzz(func(t *testing.T, doc []byte) {
		a, err := Parse(doc)
		if err == nil && a.ID == "" {
			t.Fatal("an article without an ID")
		}
		if err != nil && !strings.HasPrefix(err.Error(), "ninjs: /") {
			t.Fatalf("a fault without a path: %v", err)
		}
		for _, s := range a.Body {
			if s == "" || s != strings.TrimSpace(s) || strings.Contains(s, "\n") {
				t.Fatalf("not a clean paragraph: %q", s)
			}
		}
	})
}
