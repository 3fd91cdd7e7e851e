package sandbox

import (
	"context"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// longEnough is how long a browser may take on a busy machine, to start or for all that a test does in it.
const longEnough = 3 * time.Minute

// browser opens a headless Chromium for one test, in a window of that size. Without one the test is skipped.
func browser(t *testing.T, width, height int64) context.Context {
	t.Helper()
	if testing.Short() {
		t.Skip("a browser takes seconds to start; not under -short")
	}
	var path string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "headless-shell"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		const absent = "no Chromium on this machine: apt-get install chromium"
		if os.Getenv("TENBELLS_NO_SKIP") == "1" {
			t.Fatal(absent)
		}
		t.Skip(absent)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.ExecPath(path), chromedp.WSURLReadTimeout(longEnough))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	tab, closeTab := chromedp.NewContext(allocator)
	t.Cleanup(closeTab)
	if err := chromedp.Do(tab, chromedp.EmulateViewport(width, height)); err != nil { // starts it
		t.Fatal(err)
	}
	limited, cancel := context.WithTimeout(tab, longEnough)
	t.Cleanup(cancel)
	return limited
}

// do performs steps in the browser.
func do(t *testing.T, ctx context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

// until waits for an expression of the page to hold.
func until(expression string) chromedp.Action[chromedp.Void] {
	return chromedp.Poll[chromedp.Void]("("+expression+") || undefined", chromedp.WithPollingTimeout(longEnough))
}

// reloaded waits for an expression to hold on a page that loads itself anew, which ends what waits on the old one.
func reloaded(t *testing.T, ctx context.Context, expression string) {
	t.Helper()
	for {
		err := chromedp.Do(ctx, until(expression))
		if err == nil {
			return
		}
		if ctx.Err() != nil {
			t.Fatal(err)
		}
	}
}

// text is what stands in the first element a selector finds.
func text(t *testing.T, ctx context.Context, selector string) string {
	t.Helper()
	got, err := chromedp.Run(ctx, chromedp.TextContent(selector))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestAVisitorStartsPressesAndTypesInABrowser(t *testing.T) {
	b := newBox(t)
	ctx := browser(t, 1280, 900)
	private, breaking := b.chat(telegramClient, Outlet), b.chat(discordClient, "#breaking")
	do(t, ctx, chromedp.Navigate(b.url), until(`document.querySelector("#link").textContent === "Live"`))
	if got := text(t, ctx, "#telegram .pane:not([hidden]) .empty"); !strings.HasPrefix(got, "Press Start") {
		t.Errorf("an empty chat says %q", got)
	}

	do(t, ctx, chromedp.Click("#telegram .start"), until(`document.querySelector("#telegram .mine")`))
	b.telegramBot("sendMessage", url.Values{"chat_id": {bare(private)}, "text": {"Choose"},
		"reply_markup": {`{"inline_keyboard":[[{"text":"Topics","callback_data":"topics"}]]}`}})
	bot := b.telegram.server.Bots()[0]
	waiting := bot.Pending()
	do(t, ctx, chromedp.Click("#telegram .keys button"))
	if err := b.telegram.server.Await(soon(t), func() bool { return bot.Pending() > waiting }); err != nil {
		t.Error("the press did not reach the bot")
	}
	b.telegramBot("editMessageText", url.Values{"chat_id": {bare(private)}, "message_id": {"2"}, "text": {"Topics: none yet"}})
	do(t, ctx, until(`document.querySelector("#telegram .log").textContent.includes("Topics: none yet")`))

	b.discordBot("PUT", "/applications/"+b.discord.server.Bots()[0].ID()+"/commands",
		`[{"name":"news","description":"News","options":[{"type":1,"name":"help","description":"What there is"}]}]`)
	b.discordBot("POST", "/channels/"+bare(breaking)+"/messages", `{"embeds":[{"title":"Talks end","color":13111342}]}`)
	do(t, ctx, chromedp.SendKeys("#discord-say", "/"), chromedp.WaitVisible("#discord-offers li"), chromedp.SendKeys("#discord-say", "\t"))
	if got, err := chromedp.Run(ctx, chromedp.Value("#discord-say")); err != nil || got != "/news help" {
		t.Errorf("after choosing the command the line says %q (%v)", got, err)
	}
	if got := text(t, ctx, "#discord .embed .title"); got != "Talks end" {
		t.Errorf("the card says %q", got)
	}
	colour, err := chromedp.Run(ctx, chromedp.Evaluate[string](`getComputedStyle(document.querySelector("#discord .embed")).borderLeftColor`))
	if err != nil || colour != "rgb(200, 16, 46)" {
		t.Errorf("a flash is %s (%v), want #c8102e", colour, err)
	}
}

func TestOnAPhoneOneThingIsShownAtATime(t *testing.T) {
	b := newBox(t)
	ctx := browser(t, 390, 844)
	do(t, ctx, chromedp.Navigate(b.url), chromedp.WaitVisible("#telegram"), chromedp.WaitNotVisible("#discord"),
		chromedp.Click(`.switch [data-view=discord]`), chromedp.WaitVisible("#discord"), chromedp.WaitNotVisible("#telegram"))
	wide, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`document.documentElement.scrollWidth > innerWidth`))
	if err != nil || wide {
		t.Errorf("the page is wider than the phone: %v (%v)", wide, err)
	}
	b.telegramBot("sendMessage", url.Values{"chat_id": {bare(b.chat(telegramClient, "Harbour Street"))}, "text": {"Ring"}})
	do(t, ctx, chromedp.WaitVisible(`.switch [data-view=telegram] .badge.loud`))
}

func TestAPageOutlivesItsServer(t *testing.T) {
	p := newPier(t)
	b := newBoxAt(t, p.moor())
	ctx := browser(t, 1280, 900)
	group := bare(b.chat(telegramClient, "Harbour Street"))
	do(t, ctx, chromedp.Navigate(b.url), until(`document.querySelector("#link").textContent === "Live"`))
	b.cutPages()
	b.telegramBot("sendMessage", url.Values{"chat_id": {group}, "text": {"Written meanwhile"}})
	do(t, ctx, until(`document.querySelector("#telegram").textContent.includes("Written meanwhile")`))

	b.cutPages()
	b.page.Close()
	do(t, ctx, until(`document.querySelector("#link").dataset.state === "lost"`))
	other := newBoxAt(t, p.moor())
	other.telegramBot("sendMessage", url.Values{"chat_id": {bare(other.chat(telegramClient, "Harbour Street"))}, "text": {"Another demo"}})
	reloaded(t, ctx, `document.querySelector("#telegram")?.textContent.includes("Another demo")`)
	if got := text(t, ctx, "#telegram"); strings.Contains(got, "Written meanwhile") {
		t.Error("the page still shows the earlier demo")
	}
}
