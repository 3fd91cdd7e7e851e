package main

import (
	"fmt"
	"net/http"
	"strings"
	"syscall"
	"testing"

	"github.com/tenbells/tenbells/bots/discord/discordtest"
)

// titlesIn is what all see of a channel by now; notices have no title.
func titlesIn(c *discordtest.Channel, u *discordtest.User) string {
	if c == nil {
		return "no channel"
	}
	var all []string
	for _, m := range c.Visible(u) {
		for _, e := range m.Embeds {
			if e.Title != "" {
				all = append(all, e.Title)
			}
		}
	}
	return strings.Join(all, " | ")
}

// TestAStoryHasOneThread tells a story twice, in a channel and in a forum: the process is killed before it could open the
// channel's thread. What is told next goes into the thread, and so does its recall.
func TestAStoryHasOneThread(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		owner := w.discord.NewUser(discordtest.Person{Name: "Olga"})
		guild := w.discord.NewGuild(owner, "Newsroom")
		guild.Install(w.discord.Bots()[0], discordtest.ViewChannel|discordtest.SendMessages|discordtest.EmbedLinks|
			discordtest.ReadMessageHistory|discordtest.CreatePublicThreads|discordtest.SendMessagesInThreads)
		news, forum := guild.NewChannel("news", discordtest.Text), guild.NewChannel("stories", discordtest.Forum)
		line := `{"platform":"discord","chat":%q,"guild":%q,"kind":%q,"story_threads":true}`
		w.subscribe(fmt.Sprintf(line, news.ID(), guild.ID(), "channel"), fmt.Sprintf(line, forum.ID(), guild.ID(), "forum"))
		mend := w.discord.Inject(discordtest.Step{Method: "create_thread_from_message", Times: discordtest.Always, Fault: discordtest.ServerError(http.StatusBadGateway)})
		p := w.serve()
		w.wire("a", ferry, 2)
		w.until("the first is sent", func() bool { id := w.newestAlert(); return id != "" && w.alert(id).Status == "sent" })
		p.end(syscall.SIGKILL)
		mend()
		w.serve()
		w.until("its thread is opened", func() bool { return len(news.Threads()) == 1 })
		thread := news.Threads()[0]
		if thread.Name() != ferry || len(news.Received()) != 1 {
			t.Errorf("the thread is called %q, told %d times above", thread.Name(), len(news.Received()))
		}

		w.wire("b", fire, 1)
		flash := "FLASH. " + fire
		w.until("the second is in the thread", func() bool { return titlesIn(thread, owner) == flash })
		w.until("the first message tells it, too", func() bool { return titlesIn(news, owner) == flash && thread.Name() == fire })
		post := forum.Threads()[0]
		w.until("it is in the forum's post", func() bool { return titlesIn(post, owner) == flash+" | "+flash && post.Name() == fire })

		w.must("alert", "recall", w.newestAlert(), "--reason", "Nothing burns")
		w.until("it is withdrawn in both", func() bool {
			return titlesIn(thread, owner) == "" && titlesIn(news, owner) == ferry && titlesIn(post, owner) == ferry
		})
		if len(news.Threads()) != 1 || len(forum.Threads()) != 1 || len(news.Received()) != 1 {
			t.Errorf("%d threads, %d posts, %d told above", len(news.Threads()), len(forum.Threads()), len(news.Received()))
		}
	})
}
