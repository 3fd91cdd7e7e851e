package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/store"
	"github.com/tenbells/tenbells/subscriptions"
)

// SubscribersCmd is what can be done with the list of subscribers.
type SubscribersCmd struct {
	Import SubscribersImportCmd `cmd:"" help:"Take in subscribers, one JSON object a line."`
	Export SubscribersExportCmd `cmd:"" help:"Write all subscribers to a file, sealed with the key file."`
}

// Help is shown below the flags.
func (SubscribersCmd) Help() string { return example("tenbells subscribers import readers.jsonl") }

// SubscribersImportCmd takes subscribers in.
type SubscribersImportCmd struct {
	File string `arg:"" help:"JSON lines, in clear or as export sealed them." type:"existingfile"`
	JSON bool   `name:"json" help:"Print JSON."`
}

// Help is shown below the flags.
func (SubscribersImportCmd) Help() string {
	return example("tenbells subscribers import readers.jsonl") +
		"\n\nA complete line of the file:\n\n\t" + `{"platform":"telegram","chat":"123","follow":["place:RU","word:Navalny"]}` +
		"\n\nWho is there already gets the wishes of the line. Who has stopped, or blocked the bot, is not told again by it."
}

// maxLine is how many bytes a line may have, and maxFaults how many faults are named before the rest is counted.
const (
	maxLine   = 1 << 20
	maxFaults = 20
)

// Run reads the whole file before it writes anything: a fault anywhere changes nothing.
func (c SubscribersImportCmd) Run(ctx ctxArg, env *Env) error {
	return env.withNewsroom(ctx, func(n *newsroom) error {
		var faults []error
		lines, wrong := 0, 0
		orphans := map[delivery.Lane]int{}
		err := n.eachLine(c.File, func(number int, s subscriptions.Subscriber, err error) error {
			lines++
			if lane := s.Address.Lane(); err == nil && !n.set.serves(lane) {
				orphans[lane]++
			}
			if err != nil {
				if wrong++; wrong <= maxFaults {
					faults = append(faults, fmt.Errorf("%s:%d: %w", c.File, number, err))
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		if wrong > 0 {
			if wrong > maxFaults {
				faults = append(faults, fmt.Errorf("and %d more", wrong-maxFaults))
			}
			return usageError{fmt.Errorf("nothing was imported:\n%w", errors.Join(faults...))}
		}
		if err := c.save(ctx, env, n, lines); err != nil {
			return err
		}
		for _, lane := range slices.Sorted(maps.Keys(orphans)) {
			fmt.Fprintf(env.Err, "%d of them belong to the bot %s, which is not set here: they are told nothing until it is.\n", orphans[lane], lane)
		}
		if c.JSON {
			return printJSON(env.Out, map[string]int{"subscribers": lines})
		}
		fmt.Fprintf(env.Out, "%s.\n", plural(lines, "subscriber imported", "subscribers imported"))
		return nil
	})
}

// batch is how many subscribers are written in one transaction.
const batch = 500

func (c SubscribersImportCmd) save(ctx context.Context, env *Env, n *newsroom, lines int) error {
	var some []subscriptions.Subscriber
	done := 0
	flush := func() error {
		if err := n.book.SaveAll(ctx, some); err != nil {
			return fmt.Errorf("%d of %d subscribers are imported, run it again for the rest: %w", done, lines, err)
		}
		done += len(some)
		some = some[:0]
		env.progress("subscriber", done, lines)
		return nil
	}
	now := time.Now().UTC()
	err := n.eachLine(c.File, func(_ int, s subscriptions.Subscriber, err error) error {
		if err != nil {
			return err // the file has changed since it was checked
		}
		s.Created = now
		s.Schedule(now)
		if some = append(some, s); len(some) < batch {
			return nil
		}
		return flush()
	})
	if err != nil {
		return err
	}
	return flush()
}

// eachLine reads subscribers from a file. What is wrong with a line is handed to do; blank lines are passed over.
func (n *newsroom) eachLine(file string, do func(number int, s subscriptions.Subscriber, err error) error) (err error) {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	lines := bufio.NewScanner(f)
	lines.Buffer(make([]byte, 64<<10), maxLine)
	number := 0
	for lines.Scan() {
		number++
		text := bytes.TrimSpace(lines.Bytes())
		if len(text) == 0 {
			continue
		}
		s, err := n.decodeLine(text)
		if err := do(number, s, err); err != nil {
			return err
		}
	}
	if err := lines.Err(); errors.Is(err, bufio.ErrTooLong) {
		return usageError{fmt.Errorf("%s:%d: a line may have %d bytes at most", file, number+1, maxLine)}
	} else if err != nil {
		return fmt.Errorf("%s:%d: %w", file, number+1, err)
	}
	return nil
}

// sealedLine is a subscriber line that only the key file opens.
type sealedLine struct {
	Sealed []byte `json:"sealed"`
}

// linePurpose is what subscriber lines are sealed for.
const linePurpose = "subscriber line"

func (n *newsroom) decodeLine(text []byte) (subscriptions.Subscriber, error) {
	if bytes.HasPrefix(text, []byte(`{"sealed":`)) {
		var l sealedLine
		if err := json.Unmarshal(text, &l); err != nil {
			return subscriptions.Subscriber{}, err
		}
		opened, err := n.key.Open(linePurpose, l.Sealed)
		if err != nil {
			return subscriptions.Subscriber{}, err
		}
		text = opened
	}
	s, err := subscriptions.DecodeLine(text, n.topics.Valid)
	if s.Language == "" {
		s.Language = n.set.Language
	}
	return s, err
}

// SubscribersExportCmd writes all subscribers.
type SubscribersExportCmd struct {
	File  string `arg:"" help:"File to write; it must not exist yet. - is the standard output."`
	Clear bool   `help:"Write addresses in clear: whoever gets the file knows who your readers are."`
}

// Help is shown below the flags.
func (SubscribersExportCmd) Help() string {
	return example("tenbells subscribers export readers.jsonl")
}

// Run exports a page at a time.
func (c SubscribersExportCmd) Run(ctx ctxArg, env *Env) error {
	return env.withNewsroom(ctx, func(n *newsroom) (err error) {
		out := env.Out
		if c.File != "-" {
			f, fault := os.OpenFile(c.File, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
			if fault != nil {
				return fault
			}
			defer func() { err = errors.Join(err, f.Sync(), f.Close()) }()
			out = f
		}
		done, err := n.export(ctx, env, out, c.Clear)
		if err == nil && c.File != "-" {
			fmt.Fprintf(env.Out, "%s to %s.\n", plural(done, "subscriber exported", "subscribers exported"), c.File)
		}
		return err
	})
}

func (n *newsroom) export(ctx context.Context, env *Env, out io.Writer, inClear bool) (done int, err error) {
	w := bufio.NewWriter(out)
	var after subscriptions.ID
	for {
		page, err := n.book.Each(ctx, after, batch)
		if err != nil {
			return done, err
		}
		for _, s := range page {
			if after = s.ID; alerts.IsCanary(s) {
				continue // the settings name them
			}
			text, err := encodeLine(s, n.key, inClear)
			if err != nil {
				return done, err
			}
			if _, err := w.Write(append(text, '\n')); err != nil {
				return done, err
			}
			done++
			env.progress("subscriber", done, 0)
		}
		if len(page) < batch {
			return done, w.Flush()
		}
	}
}

func encodeLine(s subscriptions.Subscriber, key store.Key, inClear bool) ([]byte, error) {
	text, err := subscriptions.EncodeLine(s)
	if err != nil || inClear {
		return text, err
	}
	sealed, err := key.Seal(linePurpose, text)
	if err != nil {
		return nil, err
	}
	return json.Marshal(sealedLine{sealed})
}
