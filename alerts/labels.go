package alerts

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/delivery"
)

// breakingLabels are newsrooms' own words for breaking news. They count as a section, as a keyword, and at the head of a
// headline.
var breakingLabels = labelSet(
	"breaking, breaking news, flash, news flash, newsflash, urgent, alert, news alert, just in, developing",
	"срочно, молния, экстренно, экстренное сообщение, срочные новости, срочная новость, срочное сообщение",
	"терміново, термінова, термінова новина, термінові новини, блискавка, екстрено, тэрмінова",
	"فوری, خبر فوری, عاجل, خبر عاجل, عاجلة, أخبار عاجلة, عاجل الآن, بېړنۍ, بیړنی, بریکنگ نیوز, بریکنگ",
	"son dakika, son dakika haberi, acil, flaş, flaş haber, təcili, təcili xəbər, son dəqiqə, sürətli, gyssagly",
	"шұғыл, шұғыл хабар, жедел, жедел хабар, шашылыш, тезкор, шошилинч, tezkor, tezkor xabar, shoshilinch, фаврӣ, хабари фаврӣ, ашыгыч",
	"հրատապ, շտապ, სასწრაფოდ, სასწრაფო",
	"hitno, udarna vest, udarna vijest, vanredno, izvanredno, хитно, ударна вест, ванредно, итно, вонредно, извънредно, спешно",
	"lajm i fundit, e fundit, urgjente, ultima oră, știre de ultimă oră, știri de ultimă oră, έκτακτο, έκτακτη είδηση",
	"eilmeldung, eil, eilt, dernière minute, dernière heure, alerte, alerte info, flash info, urgente, última hora, último momento, alerta",
	"ultim'ora, ultimora, plantão, pilne, z ostatniej chwili, mimořádně, mimoriadne, rendkívüli, rendkívüli hír, gyorshír",
	"just nu, uutisalarmi, מבזק, דחוף, ब्रेकिंग न्यूज़, ब्रेकिंग, tin nóng, tin khẩn",
	"突发, 突發, 突发新闻, 突發新聞, 快讯, 快訊, 速報, ニュース速報, 속보, 긴급",
)

// longestLabel is how many words a label has at most.
const longestLabel = 4

func labelSet(lists ...string) map[string]bool {
	set := map[string]bool{}
	for label := range strings.SplitSeq(strings.Join(lists, ","), ",") {
		set[wordsOf(label, longestLabel).joined()] = true
	}
	return set
}

// mark is the newsroom's own word: its urgency, or a label that says breaking. A label wins over an urgency of 4 and
// above, which many systems write where nobody chose one.
func mark(a articles.Article) (delivery.Class, []Reason, bool) {
	label := breakingLabel(a)
	switch marked := a.Urgency >= 1 && a.Urgency <= 9; {
	case marked && (label == "" || a.Urgency <= int(delivery.Urgent)):
		class := min(delivery.Class(a.Urgency), delivery.Routine)
		return class, []Reason{reason("marked-urgency").count(a.Urgency).by(a.Outlet)}, true
	case label != "":
		return delivery.Bulletin, []Reason{reason("marked").word("label", label).by(a.Outlet)}, true
	}
	return delivery.Routine, nil, false
}

// breakingLabel is the label an article bears, as it is written there, or "".
func breakingLabel(a articles.Article) string {
	for _, name := range append([]string{a.Section}, a.Keywords...) {
		for part := range strings.FieldsFuncSeq(start(name, maxHeadline), func(r rune) bool { return strings.ContainsRune("/|>;,", r) }) {
			if breakingLabels[wordsOf(part, longestLabel+1).joined()] {
				return strings.TrimSpace(part)
			}
		}
	}
	head := start(a.Headline, maxHeadline)
	words := wordsOf(head, longestLabel+1)
	for n := min(longestLabel, len(words)-1); n > 0; n-- {
		if label := words[:n]; breakingLabels[label.joined()] {
			written := head[words[0].from:words[n-1].to]
			if isSetApart(written, head[words[n-1].to:]) {
				return written
			}
		}
	}
	return ""
}

// isSetApart says whether a label stands before the headline rather than in it: “BREAKING: …”, “Flash | …”, and
// “BREAKING Troops …”, but not “Flash floods …” and not “Urgent, says minister”.
func isSetApart(label, rest string) bool {
	capitals := label == strings.ToUpper(label) && label != strings.ToLower(label)
	after, size := utf8.DecodeRuneInString(rest)
	trimmed := strings.TrimLeft(rest, " \u00a0\u200f\u200e")
	sign, _ := utf8.DecodeRuneInString(trimmed)
	switch {
	case isDash(after):
		following, _ := utf8.DecodeRuneInString(rest[size:])
		return capitals || unicode.IsSpace(following)
	case isDash(sign):
		return true
	case unicode.IsSpace(after) && (unicode.IsLetter(sign) || unicode.IsDigit(sign)):
		return capitals && startsSmall(trimmed)
	}
	return strings.ContainsRune(":：|!！…/»›)]】•·⚡❗‼🔴🚨+*", sign) || strings.HasPrefix(trimmed, "...")
}

func isDash(r rune) bool { return r == '-' || r == '–' || r == '—' || r == '−' }

// startsSmall says whether the first word is not all capitals, as the label before it is.
func startsSmall(text string) bool {
	word := text
	if i := strings.IndexFunc(text, unicode.IsSpace); i >= 0 {
		word = text[:i]
	}
	return word != strings.ToUpper(word)
}
