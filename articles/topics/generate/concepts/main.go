// Concepts writes articles/topics/concepts from CLDR's annotations: for each language, the words that people there use
// for the pictures of Unicode. A picture stands for the same thing in every language, so that words become comparable.
//
//	npm pack cldr-annotations-full && tar xzf cldr-annotations-full-*.tgz
//	go run ./generate/concepts -from package -to concepts
//
// A file is gzip'd lines: a word, a tab, the pictures it is used for.
package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const licence = "# From CLDR %s, annotations of %s (c) Unicode, Inc., Unicode License v3 (unicode.org/license.txt). Made by generate/concepts; do not edit.\n"

// languages are those that newsrooms of RFE/RL's kind and the large agencies publish in.
var languages = strings.Fields(`ar az be bg bs cs de el en es fa fr he hi hr hu hy id it ja ka kk ky mk nl pl ps pt ro ru sq
	sr sr-Latn sv tg tk tr uk ur uz vi zh`)

// maxPictures is how many pictures a word may be used for that still tells something.
const maxPictures = 10

func main() {
	log.SetFlags(0)
	from := flag.String("from", "package", "folder of the package cldr-annotations-full")
	to := flag.String("to", "concepts", "folder to write to")
	flag.Parse()
	release, err := releaseOf(*from)
	if err != nil {
		log.Fatal(err)
	}
	for _, language := range languages {
		words, err := read(filepath.Join(*from, "annotations", language, "annotations.json"))
		if err != nil {
			log.Fatal(err)
		}
		if err := write(filepath.Join(*to, language+".tsv.gz"), fmt.Sprintf(licence, release, language), words); err != nil {
			log.Fatal(err)
		}
	}
}

func releaseOf(dir string) (string, error) {
	text, err := os.ReadFile(filepath.Join(dir, "package.json"))
	if err != nil {
		return "", err
	}
	var about struct{ Version string }
	if err := json.Unmarshal(text, &about); err != nil {
		return "", fmt.Errorf("package.json: %w", err)
	}
	return about.Version, nil
}

// read collects the pictures of each word in a language.
func read(file string) (map[string][]string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var source struct {
		Annotations struct {
			Annotations map[string]struct{ Default []string }
		}
	}
	if err := json.Unmarshal(text, &source); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	words := map[string][]string{}
	all := source.Annotations.Annotations
	for _, picture := range slices.Sorted(maps.Keys(all)) {
		if !isPicture(picture) {
			continue
		}
		for _, phrase := range all[picture].Default {
			for _, word := range wordsOf(phrase) {
				if !slices.Contains(words[word], picture) {
					words[word] = append(words[word], picture)
				}
			}
		}
	}
	maps.DeleteFunc(words, func(_ string, pictures []string) bool { return len(pictures) > maxPictures })
	return words, nil
}

// isPicture leaves out punctuation, arrows, mathematics and tones of skin.
func isPicture(s string) bool {
	first, _ := utf8.DecodeRuneInString(s)
	return first >= 0x2600 && (first < 0x1F3FB || first > 0x1F3FF)
}

// wordsOf are the words of a phrase that have at least three letters, or are not of an alphabet.
func wordsOf(phrase string) []string {
	words := strings.FieldsFunc(strings.ToLower(phrase), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) })
	return slices.DeleteFunc(words, func(w string) bool {
		first, _ := utf8.DecodeRuneInString(w)
		return utf8.RuneCountInString(w) < 3 && !unicode.In(first, unicode.Han, unicode.Hiragana, unicode.Katakana)
	})
}

func write(file, head string, words map[string][]string) error {
	var out bytes.Buffer
	zipped, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return err
	}
	lines := []string{head}
	for _, word := range slices.Sorted(maps.Keys(words)) {
		lines = append(lines, word+"\t"+strings.Join(words[word], " ")+"\n")
	}
	if _, err := zipped.Write([]byte(strings.Join(lines, ""))); err != nil {
		return err
	}
	if err := zipped.Close(); err != nil {
		return err
	}
	return os.WriteFile(file, out.Bytes(), 0o644)
}
