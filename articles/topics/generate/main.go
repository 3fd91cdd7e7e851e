// Generate writes data/mediatopics.tsv from a file of IPTC Media Topics as JSON lines, one concept a line: qcode, label,
// broader, retired, labels by language.
//
//	go run ./generate -from mediatopics.jsonl.gz -to data/mediatopics.tsv
//
// A line of the result is a code, its parent ("" at the top), "retired" or "", and labels as language=label. The two
// top levels, which readers choose from, have every language of the source; those below have English.
package main

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"maps"
	"os"
	"slices"
	"strings"
)

const licence = `# IPTC Media Topics, release of October 2025; labels in other languages than English from April 2019.
# Copyright IPTC (iptc.org), licensed CC BY 4.0 (creativecommons.org/licenses/by/4.0). Cut down to codes, parents and labels.
# Made by generate; do not edit.
`

// concept is one Media Topic as the source has it.
type concept struct {
	QCode   string            `json:"qcode"`
	Label   string            `json:"label"`
	Broader []string          `json:"broader"`
	Retired string            `json:"retired"`
	Labels  map[string]string `json:"labels"`
}

// tags are the languages that the source does not call by their BCP 47 tag.
var tags = map[string]string{"se": "sv", "dk": "da", "en-GB": "en", "pt-PT": "pt-PT", "pt-BR": "pt", "zh-Hans": "zh"}

func main() {
	log.SetFlags(0)
	from := flag.String("from", "", "gzip'd JSON lines of Media Topics")
	to := flag.String("to", "data/mediatopics.tsv", "file to write")
	flag.Parse()
	concepts, err := read(*from)
	if err != nil {
		log.Fatalf("read %s: %v", *from, err)
	}
	if err := os.WriteFile(*to, []byte(table(concepts)), 0o644); err != nil {
		log.Fatal(err)
	}
}

func read(name string) (map[string]concept, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	zipped, err := gzip.NewReader(bufio.NewReader(file))
	if err != nil {
		return nil, err
	}
	concepts := map[string]concept{}
	for lines := json.NewDecoder(zipped); ; {
		var c concept
		switch err := lines.Decode(&c); {
		case errors.Is(err, io.EOF):
			return concepts, nil
		case err != nil:
			return nil, err
		}
		concepts[c.QCode] = c
	}
}

func table(concepts map[string]concept) string {
	var out strings.Builder
	out.WriteString(licence)
	for _, code := range slices.Sorted(maps.Keys(concepts)) {
		c := concepts[code]
		retired := ""
		if c.Retired != "" {
			retired = "retired"
		}
		fmt.Fprintf(&out, "%s\t%s\t%s\t%s\n", bare(code), bare(parent(c)), retired, strings.Join(labels(c, concepts), "\t"))
	}
	return out.String()
}

func bare(qcode string) string { return strings.TrimPrefix(qcode, "medtop:") }

func parent(c concept) string {
	if len(c.Broader) == 0 {
		return ""
	}
	return c.Broader[0] // the source never has two
}

// labels are language=label, sorted; the English one is that of the newer release.
func labels(c concept, concepts map[string]concept) []string {
	all := map[string]string{"en": c.Label}
	if up := parent(c); up == "" || parent(concepts[up]) == "" {
		for tag, label := range c.Labels {
			if known, ok := tags[tag]; ok {
				tag = known
			}
			if tag != "en" {
				all[tag] = strings.Join(strings.Fields(label), " ")
			}
		}
	}
	var out []string
	for _, tag := range slices.Sorted(maps.Keys(all)) {
		out = append(out, tag+"="+all[tag])
	}
	return out
}
