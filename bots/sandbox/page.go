package sandbox

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"strings"
	"time"

	"github.com/tenbells/tenbells/articles"
)

// policy lets the page use what it brings along itself, and nothing else.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; " +
	"base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// Handler serves the page and what it asks for.
func (s *Sandbox) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.index)
	mux.HandleFunc("GET /page/{file}", serveFile)
	mux.HandleFunc("GET /articles/{slug}", s.article)
	mux.HandleFunc("GET /events", s.events)
	mux.HandleFunc("GET /commands", s.offerCommands)
	mux.HandleFunc("POST /say", s.say)
	mux.HandleFunc("POST /press", s.press)
	return http.NewCrossOriginProtection().Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		mux.ServeHTTP(w, r)
	}))
}

// pageClient is one of the two clients as the page lists it.
type pageClient struct {
	ID, Name, Visitor string
	Chats             []chat
}

// index is the page without its messages: they come with the first event.
func (s *Sandbox) index(w http.ResponseWriter, _ *http.Request) {
	writeHTML(w, "index", struct {
		Outlet, World string
		Clients       []pageClient
		Lines         []line
	}{Outlet, s.world(), []pageClient{
		{telegramClient, "Telegram", visitorName, s.telegram.list()},
		{discordClient, "Discord", visitorName, s.discord.list()},
	}, s.timeline.lines()})
}

func writeHTML(w http.ResponseWriter, name string, data any) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write([]byte(render(name, data))) // nobody to tell if the reader has gone
}

// serveFile serves style and script.
func serveFile(w http.ResponseWriter, r *http.Request) {
	page, err := fs.Sub(files, "page")
	if err != nil || strings.HasSuffix(r.PathValue("file"), ".html") {
		http.NotFound(w, r) // templates are no files of the site
		return
	}
	http.ServeFileFS(w, r, page, r.PathValue("file"))
}

// article is the newsroom's own page of an article, behind the Read buttons.
func (s *Sandbox) article(w http.ResponseWriter, r *http.Request) {
	var found *articles.Article
	for _, e := range s.timeline.begun() {
		if e.Slug == r.PathValue("slug") {
			a := e.article(s.site, e.Began)
			if e.Mark == Correction && found != nil {
				a.Body, a.Byline = found.Body, found.Byline
			}
			found = &a
		}
	}
	if found == nil {
		http.NotFound(w, r)
		return
	}
	writeHTML(w, "article", found)
}

// state is everything the page shows.
type state struct {
	World    string  `json:"world"` // which demo this is: a page of an earlier one loads itself anew
	Messages []shown `json:"messages"`
	Timeline any     `json:"timeline"`
}

// world names this run of the demo: its Discord's ids are those of no other.
func (s *Sandbox) world() string { return s.discord.guild.ID() }

func (s *Sandbox) state() state {
	all := state{World: s.world(), Timeline: render("timeline", s.timeline.lines()), Messages: []shown{}}
	for _, c := range s.clients() {
		for _, chat := range c.list() {
			all.Messages = append(all.Messages, c.messages(chat.ID)...)
		}
	}
	return all
}

// events tells a page everything there is, and then every change.
func (s *Sandbox) events(w http.ResponseWriter, r *http.Request) {
	select {
	case <-s.watching:
	case <-r.Context().Done():
		return
	}
	changes, leave := s.hub.join()
	defer leave()
	w.Header().Set("Content-Type", "text/event-stream")
	control := http.NewResponseController(w)
	_ = control.SetWriteDeadline(time.Time{}) // the stream outlives a server's limit, where it has one
	_ = control.SetReadDeadline(time.Time{})
	if send(w, control, event{"state", s.state()}) != nil {
		return
	}
	for {
		select {
		case <-r.Context().Done():
			return
		case change, ok := <-changes:
			if !ok || send(w, control, change) != nil {
				return // its browser comes back and is told everything anew
			}
		}
	}
}

func send(w http.ResponseWriter, control *http.ResponseController, e event) error {
	data, err := json.Marshal(e.Data)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w, "event: %s\ndata: %s\n\n", e.Name, data); err != nil {
		return err
	}
	return control.Flush()
}

// offerCommands answers what can be typed after a slash.
func (s *Sandbox) offerCommands(w http.ResponseWriter, r *http.Request) {
	id := r.URL.Query().Get("chat")
	list := []command{}
	if c := s.find(id); c != nil {
		list = append(list, c.commands(id)...)
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(list) // nobody to tell if the reader has gone
}

// press is a button or menu of a message, used by the visitor.
type press struct {
	Chat    string   `json:"chat"`
	Message string   `json:"message"`
	Button  string   `json:"button"`
	Values  []string `json:"values"` // of a menu
}

func (s *Sandbox) say(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Chat string `json:"chat"`
		Text string `json:"text"`
	}
	s.act(w, r, &in, func() error {
		c := s.find(in.Chat)
		if c == nil {
			return errNotThere
		}
		return c.say(in.Chat, in.Text)
	})
}

func (s *Sandbox) press(w http.ResponseWriter, r *http.Request) {
	var in press
	s.act(w, r, &in, func() error {
		c := s.find(in.Chat)
		if c == nil {
			return errNotThere
		}
		return c.press(r.Context(), in)
	})
}

// act reads what the visitor did into in and does it. What cannot be done is said in words the page can show.
func (s *Sandbox) act(w http.ResponseWriter, r *http.Request, in any, do func() error) {
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10)).Decode(in)
	if err != nil {
		http.Error(w, "that is not what the page sends", http.StatusBadRequest)
		return
	}
	if err := do(); err != nil {
		http.Error(w, err.Error(), http.StatusUnprocessableEntity)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
