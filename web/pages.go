package web

import (
	"bytes"
	"cmp"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"github.com/tenbells/tenbells/alerts"
)

// pagePolicy lets a page use what it brings along itself, and nothing else.
const pagePolicy = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

//go:embed page
var pageFiles embed.FS

var pages = template.Must(template.New("").Funcs(template.FuncMap{
	"clock":        func(t time.Time) string { return t.Local().Format("Mon 15:04") },
	"count":        many,
	"clockSeconds": func(t time.Time) string { return t.Local().Format("Mon 15:04:05") },
	"classes":      func() []class { return classes },
	"isFollow":     func(field string) bool { return strings.HasPrefix(field, "follow") },
	"whole":        func(n int) string { return message.NewPrinter(language.English).Sprint(n) },
	"some":         some,
	"words":        func(s any) string { return strings.ReplaceAll(fmt.Sprint(s), "_", " ") },
	"paras": func(text string) []string {
		return strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' })
	},
	"span":  span,
	"older": func(s alerts.Story) int { return s.Count - len(s.Articles) },
}).ParseFS(pageFiles, "page/*.html"))

func many(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// span is how long something took, as exact as one wants to know it.
func span(d time.Duration) string {
	if d < time.Second {
		return d.Round(time.Millisecond).String()
	}
	return d.Round(time.Second).String()
}

// someNames is how many names a line has room for.
const someNames = 3

// some are the first names of a list, and how many more there are.
func some(names []string) string {
	if more := len(names) - someNames; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:someNames], ", "), more)
	}
	return strings.Join(names, ", ")
}

// class is an urgency class as a form offers it.
type class struct{ Name, What string }

var classes = []class{
	{"flash", "at once, also in most readers' quiet hours; begins with FLASH"},
	{"bulletin", "at once; in quiet hours it waits for the morning"},
	{"urgent", "for those who asked to be told of more"},
	{"routine", "for those who asked to be told of everything, without sound"},
}

// frame is what all pages have.
type frame struct {
	Title, Outlet, Zone string
	Part                string // which of the console's parts it belongs to: "alerts" or "stories"
	Done, Fault         string // what was done, or what went wrong
}

func (s *Server) frame(part, title string) frame {
	return frame{Title: title, Part: part, Outlet: cmp.Or(s.Outlet, "tenbells"), Zone: time.Now().Format("MST")}
}

// servePages are the console's routes. They are for people: the document of the API does not name them.
func (s *Server) servePages() {
	for pattern, h := range map[string]func(who string, w http.ResponseWriter, r *http.Request) error{
		"GET /stories":             s.storiesPage,
		"POST /stories/merge":      s.mergeOnPage,
		"GET /stories/{id}":        s.storyPage,
		"POST /stories/{id}/split": s.splitOnPage,

		"GET /alerts":                s.alertsPage,
		"GET /alerts/new":            s.newAlertPage,
		"POST /alerts/new":           s.writeOnPage,
		"GET /alerts/{id}":           s.alertPage,
		"POST /alerts/{id}/{deed}":   s.actOnPage,
		"GET /alerts/{id}/correct":   s.correctPage,
		"POST /alerts/{id}/correct":  s.correctOnPage,
		"GET /alerts/{id}/withdraw":  s.withdrawPage,
		"POST /alerts/{id}/withdraw": s.withdrawOnPage,
	} {
		s.mux.Handle(pattern, s.page(h))
	}
	s.mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/alerts", http.StatusSeeOther)
	})
	s.mux.HandleFunc("GET /page/style.css", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFileFS(w, r, pageFiles, "page/style.css")
	})
}

// page lets those in who know the API token, as the password of any name, and turns errors into a page. The name is on
// the record of what they do.
func (s *Server) page(h func(who string, w http.ResponseWriter, r *http.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", pagePolicy)
		name, password, given := r.BasicAuth()
		var err error
		switch {
		case s.APIToken == "":
			err = &problem{Status: http.StatusForbidden, Detail: "The console is closed: no TENBELLS_API_TOKEN is set."}
		case !given || !same(password, s.APIToken):
			w.Header().Set("Www-Authenticate", `Basic realm="tenbells: your name, and the API token as password", charset="UTF-8"`)
			err = &problem{Status: http.StatusUnauthorized, Detail: "Come in with your name, and the API token as password."}
		default:
			err = h(byPage(name), w, r)
		}
		if err != nil && r.Context().Err() == nil {
			s.faultPage(w, r, asProblem(err), err)
		}
	})
}

// longestName is how much of a name is on the record.
const longestName = 40

// byPage is who did it, on the record, when it was done on a page.
func byPage(name string) string {
	name = strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("-_.@", r) {
			return r
		}
		return -1
	}, name)
	if runes := []rune(name); len(runes) > longestName {
		name = string(runes[:longestName])
	}
	return alerts.ByPage + cmp.Or(name, "unknown")
}

func (s *Server) faultPage(w http.ResponseWriter, r *http.Request, p *problem, err error) {
	if p.Status >= 500 {
		s.Log.Error("web: page failed", "route", r.Pattern, "err", err)
	}
	part := "alerts"
	if strings.HasPrefix(r.URL.Path, "/stories") {
		part = "stories"
	}
	f := s.frame(part, http.StatusText(p.Status))
	f.Fault = sentence(p.Detail)
	if renderFault := s.render(w, p.Status, "fault", f); renderFault != nil {
		s.Log.Error("web: page failed", "route", r.Pattern, "err", renderFault)
	}
}

// sentence is what went wrong, as one.
func sentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return strings.TrimSuffix(string(unicode.ToUpper(first))+text[size:], ".") + "."
}

// render writes a page as a whole, or not at all. A write that fails has lost its reader.
func (s *Server) render(w http.ResponseWriter, status int, name string, data any) error {
	var text bytes.Buffer
	if err := pages.ExecuteTemplate(&text, name, data); err != nil {
		return fmt.Errorf("web: render %s: %w", name, err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(text.Bytes())
	return nil
}

// readForm reads a small form.
func readForm(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxOrder)
	if err := r.ParseForm(); err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return err
		}
		return &problem{Status: http.StatusBadRequest, Detail: "the form cannot be read: " + err.Error()}
	}
	return nil
}
