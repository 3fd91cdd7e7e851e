package folder

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/articles/extract"
	"github.com/tenbells/tenbells/articles/ninjs"
)

// ErrKind says that a file's name does not end as those of articles do.
var ErrKind = errors.New("not .txt, .html, .htm, .json or .xml")

// Parse reads an article from a file's bytes; the end of its name says how. name is the path in the folder, with
// either slash. The ID is made from the name, except that documents of ninjs and NewsML-G2 bring their own. Source, Way, MayRing and
// Seen are the caller's, and Published where the page has no time that could be trusted.
func Parse(name string, data []byte) (articles.Article, error) {
	var a articles.Article
	var err error
	switch strings.ToLower(filepath.Ext(name)) {
	case ".txt":
		a, err = extract.Text(data)
	case ".html", ".htm":
		a, err = extract.HTML(data, "")
	case ".json":
		a, err = ninjs.Parse(data)
	case ".xml":
		a, err = onlyItem(data)
	default:
		err = ErrKind
	}
	if err != nil {
		return articles.Article{}, fmt.Errorf("folder: %s: %w", name, err)
	}
	if a.ID == "" {
		a.ID = IDOf(name)
	}
	return a, nil
}

// onlyItem reads a NewsML-G2 document that is one article: a file is one, too.
func onlyItem(data []byte) (articles.Article, error) {
	all, err := ninjs.ParseNewsML(data)
	if err != nil {
		return articles.Article{}, err
	}
	if len(all) != 1 {
		return articles.Article{}, fmt.Errorf("%d news items in one file, and a file is one article", len(all))
	}
	return all[0], nil
}

// IDOf is the article that a file is, by its path in the folder, where it does not say so itself.
func IDOf(name string) articles.ID {
	return articles.DeriveID(Name, strings.ReplaceAll(name, `\`, "/"))
}

// isWanted reports whether a path in the folder is that of an article: not hidden, not a program's passing file.
func isWanted(name string) bool {
	if isHidden(name) {
		return false
	}
	switch strings.ToLower(filepath.Ext(name)) {
	case ".txt", ".html", ".htm", ".json", ".xml":
		return true
	}
	return false // also .tmp, .part, .swp and what ends in ~
}

// isHidden reports whether any part of a path begins with a point.
func isHidden(name string) bool {
	for part := range strings.SplitSeq(filepath.ToSlash(name), "/") {
		if strings.HasPrefix(part, ".") && part != "." {
			return true
		}
	}
	return false
}
