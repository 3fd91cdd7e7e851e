// Command tenbells watches a newsroom's article store and tells readers on Telegram and Discord what is breaking, at
// once and once, and sends everyone else a digest at their own hour. See README.md; each command has --help.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"time"
	_ "time/tzdata" // readers' zones, also where the machine has none installed

	"github.com/alecthomas/kong"
	"github.com/lmittmann/tint"
)

// Exit status: 0 done, 1 failed, 2 the call or the settings are at fault.
const (
	exitFailed = 1
	exitUsage  = 2
)

// CLI is all commands.
type CLI struct {
	Config string `help:"Settings file (TOML or YAML)." type:"path" env:"TENBELLS_CONFIG" placeholder:"FILE"`

	Version kong.VersionFlag `help:"Print which release this is, and end."`

	Demo        DemoCmd        `cmd:"" help:"Show everything on one page: sample articles, both platforms as local fakes. No secret, no network."`
	Init        InitCmd        `cmd:"" help:"Check the tokens, wait for your own /start and link you as staff."`
	Serve       ServeCmd       `cmd:"" help:"Run the service."`
	Check       CheckCmd       `cmd:"" help:"Check settings, tokens, database and rights; say what is wrong and how to mend it."`
	Halt        HaltCmd        `cmd:"" help:"Stop all lanes at once; nothing is lost."`
	Resume      ResumeCmd      `cmd:"" help:"Let all lanes go on where they stood."`
	Migrate     MigrateCmd     `cmd:"" help:"Bring the database up to date (serve does it too)."`
	Articles    ArticlesCmd    `cmd:"" help:"Articles: import."`
	Sources     SourcesCmd     `cmd:"" help:"Sources: add, list, remove, test, import, export."`
	Subscribers SubscribersCmd `cmd:"" help:"Subscribers: import, export."`
	Alert       AlertCmd       `cmd:"" help:"Alerts: send, show, approve, pause, resume, cancel, correct, recall."`
	Stories     StoriesCmd     `cmd:"" help:"Stories: list, show, merge, split."`
	Staff       StaffCmd       `cmd:"" help:"Who may work on alerts from chat: add, list, remove."`
	Digest      DigestCmd      `cmd:"" help:"Digests: preview."`
	Why         WhyCmd         `cmd:"" help:"Why an article rang or did not, and why a subscriber was told or was not."`
	Rehearse    RehearseCmd    `cmd:"" help:"Replay stored days: what would ring, for whom, and when; by these rules or by others."`
	Judge       JudgeCmd       `cmd:"" help:"What editors decided before teaches what is breaking: train, show."`
	Topics      TopicsCmd      `cmd:"" help:"Topics: train, show."`
	Backup      BackupCmd      `cmd:"" help:"Copy the database as it stands, while serve goes on."`
	Bench       BenchCmd       `cmd:"" help:"Measure this machine: latency, pace, throughput, a million subscribers."`
	Eval        EvalCmd        `cmd:"" help:"Measure how well articles are read and judged, on a corpus."`
	BenchFake   BenchFakeCmd   `cmd:"" hidden:""`
}

// usageError is a fault of the call, not of what it did.
type usageError struct{ err error }

func (e usageError) Error() string { return e.err.Error() }
func (e usageError) Unwrap() error { return e.err }

// gcPercent is how much garbage may gather, in per cent of what is in use. Most of the memory is SQLite's, which is none
// of the collector's; a tenth of the processor is worth more than twenty megabytes. GOGC says otherwise.
const gcPercent = 200

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run is the program with its surroundings as parameters.
func run(args []string, in io.Reader, out, errOut io.Writer) int {
	var cli CLI
	exit := -1
	parser, err := kong.New(&cli, kong.Name("tenbells"), kong.Vars{"version": "tenbells " + release(), "measures": measureNames(), "trials": trialNames()}, kong.Writers(out, errOut),
		kong.Description("Rings for what is breaking: watches a newsroom's articles and tells readers on Telegram and Discord."),
		kong.Exit(func(code int) { exit = code }), kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		fmt.Fprintln(errOut, "tenbells:", err)
		return exitFailed
	}
	call, err := parser.Parse(args)
	if exit >= 0 {
		return exit
	}
	if err != nil {
		fmt.Fprintf(errOut, "tenbells: %v\nTry %s --help.\n", err, commandOf(err))
		return exitUsage
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // told again, the program ends at once
	env := &Env{Config: cli.Config, In: in, Out: out, Err: errOut}
	if err := call.Run(ctxArg{ctx}, env); err != nil {
		return report(err, errOut)
	}
	return 0
}

// release is the version this program was built as: a tag, or the commit's time and name.
func release() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.Main.Version
	}
	return "(unknown)"
}

// commandOf is the command that was called wrongly, as far as it was understood.
func commandOf(err error) string {
	var fault *kong.ParseError
	if errors.As(err, &fault) && fault.Context != nil {
		if name := fault.Context.Command(); name != "" {
			words := strings.Fields(name)
			words = slices.DeleteFunc(words, func(w string) bool { return strings.HasPrefix(w, "<") })
			return "tenbells " + strings.Join(words, " ")
		}
	}
	return "tenbells"
}

func report(err error, w io.Writer) int {
	fmt.Fprintln(w, "tenbells:", err)
	var usage usageError
	if errors.As(err, &usage) {
		return exitUsage
	}
	return exitFailed
}

// ctxArg carries the context through kong, which binds arguments by concrete type.
type ctxArg struct{ context.Context }

// Env is what commands work in.
type Env struct {
	Config string
	In     io.Reader
	Out    io.Writer
	Err    io.Writer
}

// settings reads the settings; faults are the caller's (exit status 2).
func (e *Env) settings() (Settings, error) {
	s, err := loadSettings(e.Config, os.Environ())
	if err != nil {
		return s, usageError{fmt.Errorf("the settings are at fault:\n%w", err)}
	}
	return s, nil
}

// log writes for people on a terminal and as logfmt elsewhere.
func (e *Env) log(level string) *slog.Logger {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		l = slog.LevelInfo // checked when the settings were read
	}
	if f, ok := e.Err.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			return slog.New(tint.NewTextHandler(f, &tint.Options{Level: l, TimeFormat: time.TimeOnly}))
		}
	}
	return slog.New(slog.NewTextHandler(e.Err, &slog.HandlerOptions{Level: l}))
}
