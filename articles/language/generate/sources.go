package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"iter"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// pack is one npm package of texts, as npm pack leaves it.
type pack struct {
	name, version, licence string
	kind                   kind
	sum                    string // SHA-256
}

func (p pack) file(folder string) string {
	return filepath.Join(folder, strings.ReplaceAll(strings.TrimPrefix(p.name, "@"), "/", "-")+"-"+p.version+".tgz")
}

// texts are the packages of each kind: lines by language as the package writes it, such as deu_1996 of
// "declaration/deu_1996.html", and de of "main/de/units.json" and of "locales/de.min.json".
type texts map[kind][]map[string][]string

// of gives all lines of a kind in a language.
func (t texts) of(l tongue, k kind) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, found := range t[k] {
			for _, name := range l.names[k] {
				for _, text := range found[name] {
					if !yield(text) {
						return
					}
				}
			}
		}
	}
}

// english are the lines that are in English, besides the declaration.
func (t texts) english() map[string]bool {
	found := map[string]bool{}
	for k := names; k <= labels; k++ {
		for text := range t.of(tongue{names: map[kind][]string{k: {"en"}}}, k) {
			found[text] = true
		}
	}
	return found
}

// read takes texts and licence out of a package whose sum is right.
func read(folder string, p pack) (found map[string][]string, licence string, err error) {
	packed, err := os.ReadFile(p.file(folder))
	if err != nil {
		return nil, "", err
	}
	if sum := sha256.Sum256(packed); hex.EncodeToString(sum[:]) != p.sum {
		return nil, "", fmt.Errorf("%s %s has the sum %x, not the one recorded", p.name, p.version, sum)
	}
	unzipped, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, "", err
	}
	found = map[string][]string{}
	for files := tar.NewReader(unzipped); ; {
		head, err := files.Next()
		if errors.Is(err, io.EOF) {
			if licence == "" {
				return nil, "", fmt.Errorf("%s has no licence", p.name)
			}
			return found, licence, nil
		}
		if err != nil {
			return nil, "", err
		}
		lang, lines := languageIn(head.Name)
		isLicence := licenceFile.MatchString(head.Name)
		if lang == "" && !isLicence {
			continue
		}
		content, err := io.ReadAll(files)
		if err != nil {
			return nil, "", err
		}
		if isLicence {
			licence = string(content)
			continue
		}
		some, err := lines(content)
		if err != nil {
			return nil, "", fmt.Errorf("%s: %w", head.Name, err)
		}
		found[lang] = append(found[lang], some...)
	}
}

var (
	licenceFile = regexp.MustCompile(`^package/(?i:license)(\.md)?$`)
	declaration = regexp.MustCompile(`^package/declaration/(\w+)\.html$`)
	unicodeData = regexp.MustCompile(`^package/(?:main|annotations)/([\w-]+)/(languages|territories|ca-gregorian|dateFields|timeZoneNames|units|annotations|scripts|listPatterns|characterLabels)\.json$`)
	interfaceOf = regexp.MustCompile(`^package/dist/(?:locales|translations)/([\w@-]+)\.min\.json$`)
)

// languageIn is the language of a file in a package, and how its lines are read; "" where it is no text.
func languageIn(name string) (string, func([]byte) ([]string, error)) {
	if m := declaration.FindStringSubmatch(name); m != nil {
		return m[1], linesOfPage
	}
	if m := unicodeData.FindStringSubmatch(name); m != nil {
		return m[1], linesOfJSON
	}
	if m := interfaceOf.FindStringSubmatch(name); m != nil && m[1] != "index" {
		return m[1], linesOfJSON
	}
	return "", nil
}

var (
	titles = regexp.MustCompile(`(?s)<head>.*?</head>`)
	marks  = regexp.MustCompile(`<[^>]*>`)
)

func linesOfPage(page []byte) ([]string, error) {
	text := titles.ReplaceAllString(string(page), "")
	var lines []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(html.UnescapeString(marks.ReplaceAllString(line, " "))); line != "" {
			lines = append(lines, line)
		}
	}
	return lines, nil
}

// notText is what stands in translations besides words: places to fill in, marks, links, code.
var notText = regexp.MustCompile("\\{\\{?[^}]*\\}?\\}|<[^>]*>|`[^`]*`|https?://\\S+|\\S+@\\S+|\\w*[._/=:]\\w+\\S*|!\\[[^\\]]*\\]|\\]\\([^)]*\\)")

// linesOfJSON are all values that are strings, each once: the cases of a noun often have the same form.
func linesOfJSON(text []byte) ([]string, error) {
	var doc any
	if err := json.Unmarshal(text, &doc); err != nil {
		return nil, err
	}
	var lines []string
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case string:
			lines = append(lines, strings.TrimSpace(notText.ReplaceAllString(v, " ")))
		case []any:
			for _, one := range v {
				walk(one)
			}
		case map[string]any:
			for key, one := range v {
				if key != "identity" {
					walk(one)
				}
			}
		}
	}
	walk(doc)
	slices.Sort(lines)
	return slices.DeleteFunc(slices.Compact(lines), func(s string) bool { return len(s) < 3 }), nil
}
