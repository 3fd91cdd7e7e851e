package extract

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// chrome is what sites print around an article, folded as by fold. A line that is nothing else is furniture.
var chrome = set(
	"accessibility links", "skip to main content", "skip to main navigation", "skip to search", "skip to content",
	"share", "print", "email", "embed", "copy link", "share this", "share on facebook", "share on twitter", "tweet",
	"comments", "leave a comment", "no comments", "see comments", "advertisement", "continue reading below",
	"16x9 image", "4x3 image", "1x1 image", "no media source currently available", "direct link", "download", "tags",
	"related", "related topics", "related articles", "more from this section", "most popular", "previous", "next",
	"back to top", "sign up", "subscribe", "newsletter", "follow us", "live", "listen", "watch", "home", "search",
	"menu", "log in", "about us", "contact us", "load more", "read more", "auto", "240p", "360p", "720p", "1080p",
	"ссылки для упрощенного доступа", "доступность ссылки", "перейти к основному содержанию", "перейти к поиску",
	"вернуться к основному содержанию", "вернутся к главной навигации", "вернутся к поиску", "поделиться",
	"распечатать", "печать", "комментарии", "реклама", "читайте также", "смотрите также", "по теме", "подписаться",
	"подпишитесь", "главная", "поиск", "меню", "теги", "скопировать ссылку", "загрузить еще", "код вставки",
	"лінкі для спрощення доступу", "доступність посилання", "поділитися", "роздрукувати", "коментарі", "дивіться також",
	"zum inhalt springen", "teilen", "drucken", "kommentare", "anzeige", "startseite", "partager", "imprimer", "commentaires", "publicité",
	"compartir", "imprimir", "comentarios", "publicidad", "اشتراک\u200cگذاری", "چاپ", "مشاركة", "طباعة",
)

// furnitureStarts begin short lines that lead away from the article or speak of the outlet's rights.
var furnitureStarts = []string{
	"©", "(c) ", "copyright ", "all rights reserved", "read more:", "read also:", "see also:", "related:", "watch:",
	"listen:", "tags:", "topics:", "follow us ", "subscribe to ", "sign up for ", "share this ", "photo gallery:",
	"все права защищены", "читайте также:", "смотрите также:", "подписывайтесь на ", "подпишитесь на ", "теги:",
	"читайте также ", "усі права захищені", "дивіться також:", "alle rechte vorbehalten", "lesen sie auch:",
	"mehr zum thema:", "tous droits réservés", "lire aussi", "todos los derechos reservados", "lea también", "lee también",
}

// creditStarts begin the line below an article that says who else reported.
var creditStarts = []string{
	"with reporting by ", "with additional reporting by ", "with material from ", "with agencies", "reporting by ",
	"additional reporting by ", "based on reporting by ", "based on reports by ", "based on material from ",
	"written by ", "compiled by ", "compiled from ", "translated by ", "edited by ", "source: ", "sources: ",
	"с использованием ", "по материалам ", "при участии ", "по информации агентств", "по сообщениям агентств",
	"источник: ", "источники: ", "подготовил ", "подготовила ", "перевод: ", "за матеріалами ", "за повідомленнями ",
	"за участю ", "джерело: ", "mit material von ", "mit material der ", "mit informationen von ", "quelle: ",
	"quellen: ", "avec afp", "avec reuters", "avec ap", "avec les agences", "avec agences", "source : ", "con información de ", "con informacion de ",
	"fuente: ", "com informações de ", "fonte: ", "con fonti ", "na podstawie ", "źródło: ", "prema pisanju ", "izvor: ",
	"با استفاده از گزارش", "بر اساس گزارش", "منبع: ", "المصدر: ", "بالاستناد إلى",
}

// bylineStarts begin a line that names the author.
var bylineStarts = []string{"by ", "von ", "par ", "por ", "di ", "autor: ", "автор: ", "автор ", "текст: ", "نویسنده: "}

// dateStarts begin a line that says when an article came out or was changed.
var dateStarts = []string{
	"posted", "updated", "published", "first published", "last updated", "last modified", "veröffentlicht", "aktualisiert",
	"zuletzt aktualisiert", "erstellt", "stand:", "publié", "mis à jour", "publicado", "actualizado", "pubblicato",
	"aggiornato", "опубликовано", "обновлено", "опубліковано", "оновлено",
}

// agencies sign what they supplied: "— Reuters", "(AFP)", "By AP".
const agencies = `(?:AP|AFP|Reuters|dpa|DPA|EFE|ANSA|APA|KNA|epd|SID|UPI|PAP|ČTK|MTI|PTI|IANS|ANI|KUNA|Xinhua|Kyodo|Yonhap|` +
	`Anadolu|TASS|ТАСС|RIA Novosti|РИА Новости|Interfax|Интерфакс|Інтерфакс-Україна|УНІАН|UNIAN|Укрінформ|Ukrinform|` +
	`БелаПАН|BelaPAN|Associated Press|Agence France-Presse|Рейтер|АП|АФП|وكالات|رويترز|فرانس برس)`

var (
	// pictureCredit ends a caption: "The dome. | © Ann Lee/AP", "(Photo: Ann Lee)".
	pictureCredit = regexp.MustCompile(`(?i)(?:©|(?:^|[\s(|/–-])(?:fotos?|photos?|bild(?:er)?|images?|pictures?|crédits?(?: photo)?|фото)` +
		`(?: credits?| by| von| de)?\s*[:/])[^.!?:]{0,80}$`)
	// signature is an agency's sign alone on the last line: "— Reuters", "(AFP/dpa)", "By AP and AFP".
	signature = regexp.MustCompile(`^(?:[-–—]+\s*|\(|By )` + agencies +
		`(?:(?:\s*[/,;&]\s*|\s+(?:and|und|et|y|и|та|و)\s+)` + agencies + `)*[).]?$`)
	bullet  = regexp.MustCompile(`^[•·▪●◦►▸*–—-]\s+`)
	rule    = regexp.MustCompile(`^[\s\-–—_=*•·~.]+$`)
	clock   = regexp.MustCompile(`\b\d{1,2}[:.]\d{2}\b`)
	year    = regexp.MustCompile(`\b(?:19|20)\d{2}\b`)
	day     = regexp.MustCompile(`\b\d{1,2}\b`)
	address = regexp.MustCompile(`^https?://\S+$`)
	pressed = regexp.MustCompile(`\s+`)
)

// Bounds, in words, of lines that can be what their first words say.
const (
	maxBullet    = 4 // a longer bullet is an item of the article's own list
	maxByline    = 8
	maxDate      = 8
	maxDated     = 16 // with a word of dateStarts
	maxCaption   = 45
	maxCredit    = 25
	maxFurniture = 20
)

func isFurniture(s string) bool {
	item := bullet.ReplaceAllString(s, "")
	switch {
	case rule.MatchString(s), address.MatchString(s), chrome[fold(item)]:
		return true
	case item != s && words(item) <= maxBullet && !endsSentence(item):
		return true
	}
	return words(s) <= maxFurniture && startsWith(s, furnitureStarts)
}

func isCredit(s string) bool {
	if signature.MatchString(s) {
		return true
	}
	return words(s) <= maxCredit && startsWith(strings.TrimLeft(s, "(*_ "), creditStarts)
}

// isByline knows "By Ann Lee", and leaves "By the numbers" alone: a name has a capital where the script has them.
func isByline(s string) bool {
	if words(s) > maxByline || endsSentence(s) || !startsWith(s, bylineStarts) {
		return false
	}
	first, _ := utf8.DecodeRuneInString(author(s))
	return unicode.IsLetter(first) && !unicode.IsLower(first)
}

// author is the name in a byline.
func author(s string) string {
	for _, start := range bylineStarts {
		if strings.HasPrefix(strings.ToLower(s), start) {
			// As many characters as start has: lower case may have another length in bytes.
			return strings.TrimSpace(string([]rune(s)[utf8.RuneCountInString(start):]))
		}
	}
	return s
}

// isDate knows a line that is nothing but a date or a time, "April 29, 2013 14:05 GMT", in any language, and
// "Updated 5:27 am CST, Wednesday, November 20, 2019".
func isDate(s string) bool {
	if startsWith(s, dateStarts) && words(s) <= maxDated && !endsSentence(s) && (clock.MatchString(s) || year.MatchString(s)) {
		return true
	}
	if words(s) > maxDate || endsSentence(s) && !clock.MatchString(s) {
		return false
	}
	letters := 0
	for _, word := range strings.Fields(s) {
		if first, _ := utf8.DecodeRuneInString(word); unicode.IsLetter(first) {
			letters++
		}
	}
	dated := clock.MatchString(s) || year.MatchString(s) && day.MatchString(year.ReplaceAllString(s, ""))
	return dated && letters <= 3
}

// sentenceEnds are the stops of the scripts we meet: Latin, Armenian, Arabic, Devanagari, Chinese.
const sentenceEnds = ".!?…։؟۔।。！？"

// endsSentence reports whether s ends as a sentence does, closing quotes and brackets aside.
func endsSentence(s string) bool {
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(s, "\"'”’“»)]」 "))
	return strings.ContainsRune(sentenceEnds, last)
}

// words counts words; where a script writes none, two letters count as one.
func words(s string) int {
	dense := 0
	for _, r := range s {
		if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Khmer, unicode.Lao, unicode.Myanmar) {
			dense++
		}
	}
	return len(strings.Fields(s)) + dense/2
}

// fold brings a line to the form in which it is compared: lower case, single spaces, no stops around it.
func fold(s string) string {
	return strings.Trim(pressed.ReplaceAllString(strings.ToLower(s), " "), " .:…|>»")
}

func startsWith(s string, starts []string) bool {
	folded := strings.ToLower(s)
	for _, start := range starts {
		if strings.HasPrefix(folded, start) {
			return true
		}
	}
	return false
}

func set(items ...string) map[string]bool {
	m := make(map[string]bool, len(items))
	for _, item := range items {
		m[item] = true
	}
	return m
}
