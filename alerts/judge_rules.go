package alerts

import (
	"strconv"
	"strings"
	"time"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/articles/stories"
	"github.com/tenbells/tenbells/delivery"
)

// Pace is how fast an article's story grows: what was told of it within the hour before. Zero means that nobody knows.
type Pace struct {
	Outlets int // different ones
	Items   int // articles of all outlets
}

func paceOf(f articles.Findings) Pace { return Pace{Outlets: f.Outlets, Items: f.Lately} }

// From how many points on the judge takes an article for urgent, a bulletin, a flash. An event is worth 3. A bulletin
// takes an event and what makes it large; a flash takes something that changes a country, or others who tell it, too.
const (
	urgentFrom   = 3
	bulletinFrom = 6
	flashFrom    = 9
)

// tally is what speaks for an article and against it.
type tally struct {
	sum     float64
	reasons []Reason
}

func (t *tally) add(points float64, why Reason) {
	t.sum += points
	t.reasons = append(t.reasons, why)
}

// class is the urgency that the points stand for.
func (t *tally) class() delivery.Class {
	switch {
	case t.sum >= flashFrom:
		return delivery.Flash
	case t.sum >= bulletinFrom:
		return delivery.Bulletin
	case t.sum >= urgentFrom:
		return delivery.Urgent
	}
	return delivery.Routine
}

// points counts what the rules find in an article's headline, and around it.
func points(a articles.Article, p Pace) tally {
	var t tally
	head := stories.WholeNumbers(start(a.Headline, maxHeadline))
	h := headline{text: head, words: wordsOf(head, maxLooked), language: a.Language}
	happened := h.event(&t)
	if happened {
		h.toll(&t)
		h.official(&t)
	}
	h.doubts(&t)
	p.count(&t)
	if happened && a.Standfirst == "" && len(a.Body) == 0 {
		t.add(1, reason("first-line"))
	}
	if late := a.Seen.Sub(a.Published); !a.Published.IsZero() && late > lateAfter {
		t.add(-1, reason("late").span(late))
	}
	return t
}

// lateAfter is how long after its publication an article loses a point.
const lateAfter = time.Hour

type headline struct {
	text     string
	words    words
	language string
}

// event looks for the word that says that something happened.
func (h headline) event(t *tally) bool {
	if grave := graveEvents.first(h.text, h.words, h.language); grave != "" {
		t.add(6, reason("says").word("words", strings.ToLower(grave)))
		return true
	}
	said := events.first(h.text, h.words, h.language)
	if said == "" {
		return false
	}
	t.add(3, reason("says").word("words", strings.ToLower(said)))
	return true
}

// toll looks for the largest number of people beside a word such as “dead”.
func (h headline) toll(t *tally) {
	most, word := 0, ""
	for hit := range tolls.in(h.words, h.language) {
		if n := h.numberNear(hit); n > most {
			most, word = n, hit.written(h.text, h.words)
		}
	}
	if !tolls.knows(h.language) { // those who watch how stories turn may
		most, word = stories.Toll(h.text, h.language)
	}
	for _, step := range []struct {
		people int
		points float64
	}{{100, 4}, {10, 3}, {5, 2}, {2, 1}} {
		if most >= step.people {
			t.add(step.points, reason("counts").count(most).word("words", word))
			return
		}
	}
}

// reach is how many words a number may stand from what it counts.
const reach = 3

func (h headline) numberNear(of hit) int {
	most := 0
	for i := max(0, of.from-reach); i < min(len(h.words), of.to+reach); i++ {
		if i < of.from || i >= of.to {
			most = max(most, h.number(i))
		}
	}
	return most
}

// number is how many people a word counts; 0 for what is no number, or one of something else: a year, an age, an amount.
func (h headline) number(i int) int {
	w := h.words[i].folded
	if n, ok := numerals[w]; ok {
		return n
	}
	n, err := strconv.Atoi(w)
	if err != nil || n < 1 || h.countsElse(i) {
		return 0
	}
	return n
}

// otherThings are what numbers in headlines count that are no people.
var otherThings = lexiconOf(map[string]string{
	"en": "percent, per cent, pct, year*, month*, week*, day*, hour*, minute*, km, miles, kilometers, metres, meters, million, billion, mln, dollars, points, magnitude, am, pm, old, st, nd, rd, th",
	"ru": "процент*, год*, лет, летн*, месяц*, недел*, дн*, час*, минут*, км, километр*, метр*, млн, млрд, миллион*, миллиард*, рубл*, доллар*, балл*",
	"uk": "відсот*, рік, рок*, річн*, місяц*, тижн*, дн*, годин*, хвилин*, км, метр*, млн, млрд, мільйон*, мільярд*, грн, гривен*, долар*, бал*",
	"fa": "درصد, سال, ساله, ماه, هفته, روز, ساعت, دقیقه, کیلومتر, متر, میلیون, میلیارد, تومان, دلار, ریشتر",
	"ar": "سنة, عام*, شهر*, أسبوع*, يوم*, ساعة, ساعات, دقيقة, كيلومتر, متر, مليون, مليار, دولار, درجات",
	"de": "prozent, jahr*, monat*, woche*, tag, tage, tagen, stunde*, minute*, uhr, km, kilometer*, meter*, million*, milliard*, euro, dollar",
	"fr": "pour cent, an, ans, année*, mois, semaine*, jour*, heure*, minute*, km, kilomètre*, mètre*, million*, milliard*, euros, dollars",
	"es": "por ciento, año*, mes*, semana*, día*, hora*, minuto*, km, kilómetro*, metro*, millon*, millón, euros, dólares, grados",
	"tr": "yüzde, yıl*, yaş*, ay, hafta*, gün*, saat*, dakika*, km, kilometre*, metre*, milyon*, milyar*, lira*, dolar*, büyüklüğünde",
	"sr": "odsto, posto, godin*, mesec*, mjesec*, nedelj*, tjed*, dan, dana, sat*, minut*, km, metar*, milion*, milijun*, evra, eura, dolara",
	"ro": "la sută, an, ani, luni, lun*, săptămân*, zi, zile, or*, minut*, km, metri, milioan*, miliard*, euro, dolari, lei",
	"kk": "пайыз*, жыл*, жас*, ай, апта*, күн*, сағат*, минут*, км, шақырым*, метр*, млн, млрд, теңге*, доллар*",
})

func (h headline) countsElse(i int) bool {
	w := h.words[i]
	if rest := h.text[w.to:]; strings.HasPrefix(rest, "%") || strings.HasPrefix(rest, "٪") {
		return true
	}
	if before := h.text[:w.from]; strings.HasSuffix(before, "$") || strings.HasSuffix(before, "€") || strings.HasSuffix(before, "£") {
		return true
	}
	if i > 0 && (h.words[i-1].folded == "at" || h.words[i-1].folded == "mit") {
		return true // “dies at 92”
	}
	if n := len(w.folded); n == 4 && (strings.HasPrefix(w.folded, "19") || strings.HasPrefix(w.folded, "20")) {
		return true // a year
	}
	for hit := range otherThings.in(h.words[i+1:min(len(h.words), i+3)], h.language) {
		return hit.from == 0
	}
	return false
}

// numeralsOf reads lines of a number and the words for it.
func numeralsOf(lines ...string) map[string]int {
	all := map[string]int{}
	for _, line := range lines {
		fields := strings.Fields(line)
		n, err := strconv.Atoi(fields[0])
		if err != nil {
			panic("alerts: a line of numerals begins with its number") // impossible: the lines are ours
		}
		for _, w := range fields[1:] {
			all[wordsOf(w, maxLooked).joined()] = n
		}
	}
	return all
}

// official looks for an official or an institution whose fate or act the headline tells.
func (h headline) official(t *tally) {
	who := officials.first(h.text, h.words, h.language)
	if who == "" {
		return
	}
	if fates.first(h.text, h.words, h.language) != "" {
		t.add(3, reason("fate").word("words", who))
		return
	}
	t.add(1, reason("names").word("words", who))
}

// doubtful is what headlines say that look back, forward or at themselves.
var doubtful = lexiconOf(map[string]string{
	"en": "opinion, analysis, explainer, explained, interview, podcast, review, photos, gallery, video, watch, anniversary, years ago, years after, years later, years on, remembers, remembering, history, film, movie, book, museum, could, might, should, if, fears, recap, live updates, timeline, obituary, profile, exclusive interview, editorial, commentary, column, the week, quiz",
	"ru": "мнение, анализ, интервью, подкаст, обзор, фото, видео, годовщин*, лет назад, спустя, вспомина*, истори*, фильм*, книг*, музе*, может, могут, могла, если, колонк*, итоги, хроник*, некролог, эфир*, программ*",
	"uk": "думка, аналіз, інтерв'ю, подкаст, огляд, фото, відео, річниц*, років тому, згаду*, істор*, фільм*, книг*, музе*, може, можуть, якщо, колонк*, підсумки, ефір*, програм*",
	"fa": "تحلیل, گفت وگو, مصاحبه, پادکست, عکس, ویدئو, ویدیو, سالگرد, سال پیش, تاریخ, فیلم, کتاب, شاید, اگر, گزارش تصویری, مرور, سرخط*",
	"ar": "تحليل, مقابلة, رأي, صور, فيديو, ذكرى, تاريخ, فيلم, كتاب, إذا, شاهد",
	"de": "meinung, analyse, interview, podcast, kommentar, fotos, video, jahrestag, jahre nach, vor jahren, geschichte, film, buch, könnte, könnten, wenn, liveticker, rückblick",
	"fr": "opinion, analyse, entretien, interview, podcast, tribune, photos, vidéo, anniversaire, ans après, il y a, histoire, film, livre, pourrait, pourraient, portrait",
	"es": "opinión, análisis, entrevista, podcast, fotos, vídeo, video, aniversario, años después, historia, película, libro, podría, podrían, perfil",
	"tr": "görüş, analiz, röportaj, podcast, fotoğraf*, video*, yıldönümü, yıl önce, yıl sonra, tarih*, film*, kitap*, eğer, olabilir",
	"sr": "mišljenje, analiza, intervju, podkast, foto, fotografij*, video, godišnjic*, godina od, prije godin*, pre godin*, istorij*, povijest*, film*, knjig*, možda, ako, komentar, годишњиц*",
	"ro": "opinie, analiză, interviu, podcast, foto, video, aniversare*, ani de la, acum ani, istori*, film*, carte*, ar putea, dacă",
	"kk": "пікір, талдау, сұхбат, подкаст, фото*, видео*, жылдығ*, жыл бұрын, тарих*, фильм*, кітап*, мүмкін, егер",
})

// askings are how headlines begin that explain rather than tell.
var askings = lexiconOf(map[string]string{
	"en": "how, why, what, who, where, when, inside, meet, here",
	"ru": "как, почему, что, кто, зачем, где",
	"uk": "як, чому, що, хто, навіщо, де",
	"fa": "چگونه, چرا, چه, چطور",
	"ar": "كيف, لماذا, ماذا, من, ما",
	"de": "wie, warum, was, wer, wieso",
	"fr": "comment, pourquoi, que, qui, quand, ce que",
	"es": "cómo, por qué, qué, quién, cuándo",
	"tr": "nasıl, neden, kim, ne, niçin",
	"sr": "kako, zašto, šta, što, ko, tko, како, зашто, шта",
	"ro": "cum, de ce, ce, cine, când",
	"kk": "қалай, неге, неліктен, кім, не",
})

// doubts looks for what does not look like news of this minute.
func (h headline) doubts(t *tally) {
	if strings.ContainsAny(h.text, "?؟") {
		t.add(-3, reason("asks"))
	}
	for hit := range askings.in(h.words[:min(len(h.words), 3)], h.language) {
		if hit.from == 0 {
			t.add(-2, reason("begins").word("words", hit.written(h.text, h.words)))
		}
		break
	}
	if said := doubtful.first(h.text, h.words, h.language); said != "" {
		t.add(-2, reason("doubtful").word("words", said))
	}
	if len(h.words) > longHeadline {
		t.add(-1, reason("long"))
	}
}

// longHeadline is how many words a headline of the first minutes rarely has.
const longHeadline = 16

// count adds what others make of the story.
func (p Pace) count(t *tally) {
	switch {
	case p.Outlets >= 5:
		t.add(3, reason("outlets").count(p.Outlets))
	case p.Outlets >= 3:
		t.add(2, reason("outlets").count(p.Outlets))
	case p.Outlets == 2:
		t.add(1, reason("another-outlet"))
	}
	if p.Items >= 6 {
		t.add(1, reason("articles").count(p.Items))
	}
}

// Points is what the rules give an article: the more, the likelier it is breaking.
func Points(a articles.Article, p Pace) float64 { return points(a, p).sum }
