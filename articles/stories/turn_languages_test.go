package stories

import (
	"testing"
	"time"

	"github.com/tenbells/tenbells/articles"
)

// Each event is told, told again with more dead, told in another order of words, and the form of its headline is filled in
// with an event elsewhere. The last two are as likely to be mistaken where nobody knows the words.
var eventsInLanguages = []struct {
	language, first, more, before, after, again, elsewhere string
}{
	{"fa", "زلزله در هرات افغانستان ۵ کشته بر جای گذاشت", "زلزله در هرات افغانستان ۱۲ کشته بر جای گذاشت", "5", "12",
		"۱۲ کشته در زلزله هرات افغانستان", "زلزله در کرمان ایران ۳ کشته بر جای گذاشت"},
	{"fa", "شمار کشته\u200cشدگان زمین\u200cلرزه در هرات به ۱٬۲۰۰ تن رسید", "شمار کشته\u200cشدگان زمین\u200cلرزه در هرات به ۲٬۴۰۰ تن رسید", "1200", "2400",
		"به ۲٬۴۰۰ تن رسید شمار کشته\u200cشدگان زمین\u200cلرزه هرات", "شمار کشته\u200cشدگان زمین\u200cلرزه در بم به ۳٬۱۰۰ تن رسید"},
	{"fa-AF", "پنج تن در انفجار مسجد قندوز جان باختند", "هشت تن در انفجار مسجد قندوز جان باختند", "5", "8",
		"در انفجار مسجد قندوز هشت تن جان باختند", "سه تن در انفجار مکتب بامیان جان باختند"},
	{"ar", "زلزال في مراكش يخلف 9 قتلى", "زلزال في مراكش يخلف 15 قتيلا", "9", "15", "15 قتيلا في زلزال مراكش", "زلزال في أزمير يخلف 4 قتلى"},
	{"ar", "مقتل خمسة أشخاص في انفجار مرفأ بيروت", "مقتل ثمانية أشخاص في انفجار مرفأ بيروت", "5", "8",
		"انفجار مرفأ بيروت: مقتل ثمانية أشخاص", "مقتل ثلاثة أشخاص في حريق سوق بغداد"},
	{"tr", "Kahramanmaraş'taki depremde 12 kişi hayatını kaybetti", "Kahramanmaraş'taki depremde 1.240 kişi hayatını kaybetti", "12", "1240",
		"1.240 kişi Kahramanmaraş'taki depremde hayatını kaybetti", "İzmir'deki depremde 7 kişi hayatını kaybetti"},
	{"az", "Gəncədə partlayış: beş nəfər həlak olub", "Gəncədə partlayış: doqquz nəfər həlak olub", "5", "9",
		"Doqquz nəfər Gəncədə partlayış nəticəsində həlak olub", "Bakıda yanğın: iki nəfər həlak olub"},
	{"sr", "Požar u diskoteci u Kočanima, 51 osoba poginula", "Požar u diskoteci u Kočanima, 59 osoba poginulo", "51", "59",
		"59 osoba poginulo, požar u diskoteci u Kočanima", "Požar u bolnici u Tetovu, 14 osoba poginula"},
	{"sr", "Пожар у дискотеци у Кочанима, погинула 51 особа", "Пожар у дискотеци у Кочанима, погинуло 59 особа", "51", "59",
		"59 погинулих у пожару у дискотеци у Кочанима", "Пожар у болници у Тетову, погинуло 14 особа"},
	{"hr", "Potres kod Petrinje: petero ozlijeđenih, dvoje poginulih", "Potres kod Petrinje: petero ozlijeđenih, sedmoro poginulih", "2", "7",
		"Sedmoro poginulih, petero ozlijeđenih: potres kod Petrinje", "Poplava kod Gunje: troje poginulih"},
	{"ro", "Explozie la Crevedia: doi morți și 57 de răniți", "Explozie la Crevedia: cinci morți și 57 de răniți", "2", "5",
		"Cinci morți și 57 de răniți: explozie la Crevedia", "Incendiu la Constanța: nouă morți"},
	{"kk", "Қарағанды шахтасындағы жарылыстан 28 адам қаза тапты", "Қарағанды шахтасындағы жарылыстан 46 адам қаза тапты", "28", "46",
		"46 адам Қарағанды шахтасындағы жарылыстан қаза тапты", "Алматы хостеліндегі өрттен 13 адам қаза тапты"},
	{"ky", "Баткендеги кырсыктан беш адам каза болду", "Баткендеги кырсыктан он беш адам каза болду", "5", "15",
		"Баткендеги кырсыктан каза болду 15 адам", "Ошто өрттөн үч адам каза болду"},
	{"uz", "Andijonda portlash: uch kishi halok boʻldi", "Andijonda portlash: toʻqqiz kishi halok boʻldi", "3", "9",
		"Toʻqqiz kishi halok boʻldi: Andijonda portlash", "Buxoroda yongʻin: olti kishi halok boʻldi"},
	{"tg", "Дар заминларзаи Роғун 4 нафар ҳалок шуд", "Дар заминларзаи Роғун 11 нафар ҳалок шуд", "4", "11",
		"11 нафар дар заминларзаи Роғун ҳалок шуд", "Дар сӯхтори Хуҷанд 6 нафар ҳалок шуд"},
	{"be", "Абстрэл Гомеля: загінулі трое людзей", "Абстрэл Гомеля: загінулі восем людзей", "3", "8",
		"Загінулі восем людзей: абстрэл Гомеля", "Пажар у Магілёве: загінулі двое людзей"},
	{"bg", "Взрив в завода в Горни Лом: 13 загинали", "Взрив в завода в Горни Лом: 15 загинали", "13", "15",
		"15 загинали при взрив в завода в Горни Лом", "Катастрофа на пътя до Своге: 17 загинали"},
	{"mk", "Пожар во дискотека во Кочани: 51 лице загина", "Пожар во дискотека во Кочани: 59 лица загинаа", "51", "59",
		"59 лица загинаа: пожар во дискотека во Кочани", "Пожар во болница во Тетово: 14 лица загинаа"},
	{"ka", "აფეთქება თბილისში, დაიღუპა სამი ადამიანი", "აფეთქება თბილისში, დაიღუპა რვა ადამიანი", "3", "8",
		"თბილისში აფეთქება, რვა ადამიანი დაიღუპა", "ხანძარი ბათუმში, დაიღუპა ორი ადამიანი"},
	{"hy", "Երևանի շուկայում պայթյունից երեք մարդ է զոհվել", "Երևանի շուկայում պայթյունից 16 մարդ է զոհվել", "3", "16",
		"16 մարդ է զոհվել Երևանի շուկայում պայթյունից", "Գյումրիի դպրոցում հրդեհից հինգ մարդ է զոհվել"},
	{"pl", "Wypadek autobusu pod Radomiem, zginęły trzy osoby", "Wypadek autobusu pod Radomiem, zginęło 11 osób", "3", "11",
		"11 osób zginęło: wypadek autobusu pod Radomiem", "Pożar hotelu pod Gdańskiem, zginęły dwie osoby"},
	{"it", "Terremoto ad Amatrice, 38 morti", "Terremoto ad Amatrice, 1.290 morti", "38", "1290", "1.290 morti, terremoto ad Amatrice", "Alluvione a Genova, sei morti"},
	{"pt", "Incêndio em Pedrógão Grande faz 19 mortos", "Incêndio em Pedrógão Grande faz 62 mortos", "19", "62", "62 mortos em Pedrógão Grande: incêndio", "Deslizamento em Petrópolis faz 5 mortos"},
	{"es", "Dos muertos por la explosión en Valencia", "Seis muertos por la explosión en Valencia", "2", "6", "La explosión en Valencia: seis muertos", "Tres muertos por el incendio en Murcia"},
	{"hi", "Earthquake in Nepal: १२ dead in Jajarkot", "Earthquake in Nepal: १,२४० dead in Jajarkot", "12", "1240", "1240 dead in Jajarkot: earthquake in Nepal", "Flood in Assam: ८ dead in Dhubri"},
	{"ru", "Взрыв на рынке в Одессе: погибли 980 человек", "Взрыв на рынке в Одессе: погибли 1 200 человек", "980", "1200",
		"Погибли 1200 человек: взрыв на рынке в Одессе", "Пожар в школе в Казани: погибли 9 человек"},
}

func TestATollOfTheSameEventIsATurnInEveryLanguage(t *testing.T) {
	for _, e := range eventsInLanguages {
		ix := NewIndex()
		take := func(name, headline string, after time.Duration) Placement {
			a := article(name, headline, after)
			a.Language = e.language
			return ix.Take(a, nil)
		}
		first := take("first", e.first, 0)
		more := take("more", e.more, time.Hour)
		if more.Story != first.Story || more.Is != Turn || !turnedInDead(more, e.before, e.after) {
			t.Errorf("%s: %q is %s %+v of %s, want a turn from %s dead to %s of %s", e.language, e.more, more.Is, more.Turns, more.Story, e.before, e.after, first.Story)
		}
		if again := take("again", e.again, 2*time.Hour); again.Is == Turn || again.Story != first.Story {
			t.Errorf("%s: %q is %s %+v of %s, want nothing new of %s", e.language, e.again, again.Is, again.Turns, again.Story, first.Story)
		}
		if there := take("elsewhere", e.elsewhere, 3*time.Hour); there.Story == first.Story {
			t.Errorf("%s: %q is of the story of %q: %q", e.language, e.elsewhere, e.first, there.Evidence)
		}
	}
}

func turnedInDead(p Placement, before, after string) bool {
	return len(p.Turns) == 1 && p.Turns[0].What == "dead" && p.Turns[0].Before == before && p.Turns[0].After == after
}

// Where only the numbers differ, the headlines of one event stay one story however often they change.
func TestFourTollsAreOneStory(t *testing.T) {
	ix := NewIndex()
	seen := map[articles.StoryID]int{}
	for i, h := range []string{"زلزله هرات ۵ کشته داد", "زلزله هرات ۱۲ کشته داد", "زلزله هرات ۴۰ کشته داد", "زلزله هرات ۱۲۰ کشته داد"} {
		p := ix.Take(article(h, h, time.Duration(i)*time.Hour), nil)
		seen[p.Story]++
		if want := i > 0; (p.Is == Turn) != want {
			t.Errorf("%q is %s", h, p.Is)
		}
	}
	if len(seen) != 1 {
		t.Errorf("they are %d stories", len(seen))
	}
}
