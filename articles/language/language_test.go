package language

import (
	"context"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/language"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/articles/language/ngram"
)

// sentences are our own: one for each language of RFE/RL's services and a few more.
var sentences = map[string]string{
	"en":      "The government said on Tuesday that the talks would go on until the end of the week.",
	"ru":      "Правительство сообщило во вторник, что переговоры продлятся до конца недели.",
	"uk":      "Уряд повідомив у вівторок, що переговори триватимуть до кінця тижня.",
	"be":      "Урад паведаміў у аўторак, што перамовы будуць ісці да канца тыдня.",
	"bg":      "Правителството съобщи във вторник, че преговорите ще продължат до края на седмицата.",
	"mk":      "Владата соопшти во вторникот дека преговорите ќе траат до крајот на неделата.",
	"sr":      "Влада је у уторак саопштила да ће преговори трајати до краја недеље.",
	"kk":      "Үкімет сейсенбі күні келіссөздер аптаның соңына дейін жалғасатынын хабарлады.",
	"ky":      "Өкмөт шейшемби күнү сүйлөшүүлөр жуманын аягына чейин уланарын билдирди.",
	"tg":      "Ҳукумат рӯзи сешанбе хабар дод, ки музокирот то охири ҳафта идома меёбад.",
	"uz":      "Hukumat seshanba kuni muzokaralar hafta oxirigacha davom etishini maʼlum qildi.",
	"tk":      "Hökümet sişenbe güni gepleşikleriň hepdäniň ahyryna çenli dowam etjekdigini habar berdi.",
	"tt":      "Хөкүмәт сишәмбе көнне сөйләшүләрнең атна ахырына кадәр дәвам итәчәген хәбәр итте.",
	"ba":      "Хөкүмәт шишәмбе көнө һөйләшеүҙәрҙең аҙна аҙағына тиклем дауам итәсәген хәбәр итте.",
	"az":      "Hökumət çərşənbə axşamı bildirib ki, danışıqlar həftənin sonuna qədər davam edəcək.",
	"tr":      "Hükümet salı günü görüşmelerin hafta sonuna kadar süreceğini açıkladı.",
	"hy":      "Կառավարությունը երեքշաբթի հայտարարեց, որ բանակցությունները կշարունակվեն մինչև շաբաթվա վերջ։",
	"ka":      "მთავრობამ სამშაბათს განაცხადა, რომ მოლაპარაკებები კვირის ბოლომდე გაგრძელდება.",
	"ro":      "Guvernul a anunțat marți că discuțiile vor continua până la sfârșitul săptămânii.",
	"hu":      "A kormány kedden közölte, hogy a tárgyalások a hét végéig folytatódnak.",
	"sq":      "Qeveria tha të martën se bisedimet do të vazhdojnë deri në fund të javës.",
	"fa":      "دولت روز سه\u200cشنبه اعلام کرد که گفت\u200cوگوها تا پایان هفته ادامه خواهد یافت.",
	"ps":      "حکومت د سې\u200cشنبې په ورځ وویل چې خبرې به د اوونۍ تر پایه دوام وکړي.",
	"ur":      "حکومت نے منگل کو بتایا کہ مذاکرات ہفتے کے آخر تک جاری رہیں گے۔",
	"ar":      "قالت الحكومة يوم الثلاثاء إن المحادثات ستستمر حتى نهاية الأسبوع.",
	"de":      "Die Regierung teilte am Dienstag mit, dass die Gespräche bis Ende der Woche dauern werden.",
	"fr":      "Le gouvernement a annoncé mardi que les discussions se poursuivraient jusqu'à la fin de la semaine.",
	"es":      "El Gobierno dijo el martes que las conversaciones continuarán hasta el final de la semana.",
	"pl":      "Rząd poinformował we wtorek, że rozmowy potrwają do końca tygodnia.",
	"zh":      "政府星期二表示，谈判将持续到本周末。",
	"ja":      "政府は火曜日、協議は週末まで続くと発表した。",
	"ko":      "정부는 화요일 협상이 주말까지 계속될 것이라고 밝혔다.",
	"it":      "Il governo ha detto martedì che i colloqui continueranno fino alla fine della settimana.",
	"pt":      "O governo disse na terça-feira que as conversações vão continuar até ao fim da semana.",
	"nl":      "De regering zei dinsdag dat de gesprekken tot het einde van de week zullen doorgaan.",
	"cs":      "Vláda v úterý uvedla, že rozhovory budou pokračovat do konce týdne.",
	"sk":      "Vláda v utorok uviedla, že rozhovory budú pokračovať do konca týždňa.",
	"sl":      "Vlada je v torek sporočila, da se bodo pogovori nadaljevali do konca tedna.",
	"sv":      "Regeringen sade på tisdagen att samtalen kommer att fortsätta till slutet av veckan.",
	"da":      "Regeringen sagde tirsdag, at samtalerne vil fortsætte til slutningen af ugen.",
	"no":      "Regjeringen sa tirsdag at samtalene vil fortsette til slutten av uken.",
	"fi":      "Hallitus kertoi tiistaina, että neuvottelut jatkuvat viikon loppuun asti.",
	"et":      "Valitsus teatas teisipäeval, et kõnelused jätkuvad nädala lõpuni.",
	"lv":      "Valdība otrdien paziņoja, ka sarunas turpināsies līdz nedēļas beigām.",
	"lt":      "Vyriausybė antradienį pranešė, kad derybos tęsis iki savaitės pabaigos.",
	"el":      "Η κυβέρνηση ανακοίνωσε την Τρίτη ότι οι συνομιλίες θα συνεχιστούν μέχρι το τέλος της εβδομάδας.",
	"he":      "הממשלה הודיעה ביום שלישי כי השיחות יימשכו עד סוף השבוע.",
	"hi":      "सरकार ने मंगलवार को कहा कि बातचीत सप्ताह के अंत तक जारी रहेगी।",
	"bn":      "সরকার মঙ্গলবার জানিয়েছে যে আলোচনা সপ্তাহের শেষ পর্যন্ত চলবে।",
	"th":      "รัฐบาลกล่าวเมื่อวันอังคารว่าการเจรจาจะดำเนินต่อไปจนถึงสิ้นสัปดาห์",
	"vi":      "Chính phủ cho biết hôm thứ Ba rằng các cuộc đàm phán sẽ tiếp tục đến cuối tuần.",
	"id":      "Pemerintah mengatakan pada hari Selasa bahwa pembicaraan akan berlanjut hingga akhir pekan.",
	"sw":      "Serikali ilisema Jumanne kwamba mazungumzo yataendelea hadi mwisho wa wiki.",
	"ha":      "Gwamnati ta ce ranar Talata cewa za a ci gaba da tattaunawa har zuwa karshen mako.",
	"am":      "መንግሥት ማክሰኞ ዕለት ውይይቱ እስከ ሳምንቱ መጨረሻ ድረስ እንደሚቀጥል ተናገረ።",
	"ce":      "Соьлжа-ГӀалахь керла ишкол схьайиллира, дуккха а бераш доьшуш хир ду цигахь.",
	"crh":     "Ükümet salı künü muzakereleriniñ afta soñuna qadar devam etecegini bildirdi.",
	"sr-Latn": "Vlada je u utorak saopštila da će pregovori trajati do kraja nedelje.",
}

func TestDetect(t *testing.T) {
	for want, text := range sentences {
		got, sure := Detect(text)
		if got != want && (closest(got) != "sr" || closest(want) != "sr") {
			t.Errorf("%s (%.2f), want %s: %s", got, sure, want, text)
		}
	}
}

// TestDetectNamesTheScript holds that a tag tells what is read, not only what is spoken.
func TestDetectNamesTheScript(t *testing.T) {
	for _, table := range tables() {
		for _, lang := range table.Languages {
			tag, err := language.Parse(written(lang, table.Script))
			if err != nil {
				t.Errorf("%s in %s: %v", lang, table.Script, err)
			}
			if script, _ := tag.Script(); script.String() != table.Script && lang != "crh" { // officially Latin since 2021
				t.Errorf("%s in %s is %s, which is in %s", lang, table.Script, tag, script)
			}
		}
	}
}

func TestDetectUzbekInCyrillic(t *testing.T) {
	if got, _ := Detect("Ҳукумат сешанба куни музокаралар ҳафта охиригача давом этишини маълум қилди."); got != "uz-Cyrl" {
		t.Errorf("%q", got)
	}
}

// TestDetectReadsWhatIsTyped has letters that few keyboards have typed as others.
func TestDetectReadsWhatIsTyped(t *testing.T) {
	for want, text := range map[string]string{
		"ce": strings.ReplaceAll(sentences["ce"], "Ӏ", "1"),
		"uz": strings.ReplaceAll(sentences["uz"], "ʼ", "'"),
		"ro": strings.NewReplacer("ș", "ş", "ț", "ţ").Replace(sentences["ro"]),
		"fa": strings.NewReplacer("ی", "ي", "ک", "ك", "\u200c", " ").Replace(sentences["fa"]),
		"ru": strings.ToUpper(sentences["ru"]),
	} {
		if got, sure := Detect(text); got != want || sure < 0.9 {
			t.Errorf("%s (%.2f), want %s: %s", got, sure, want, text)
		}
	}
}

func TestDetectIsSilentWithoutLetters(t *testing.T) {
	for _, text := range []string{"", "   ", "12:45 – 3:2", "OK", "https://example.org/a/very/long/address/of/a/page", "\xff\xfe\xfd"} {
		if got, _ := Detect(text); got != "" {
			t.Errorf("%q: %q", text, got)
		}
	}
}

func TestOf(t *testing.T) {
	long := strings.Repeat(sentences["fr"]+" ", 6)
	for name, c := range map[string]struct{ declared, text, want string }{
		"declared and so":                    {"ru", sentences["ru"], "ru"},
		"with its region":                    {"fa-AF", sentences["fa"], "fa-AF"},
		"not declared":                       {"", sentences["kk"], "kk"},
		"declared in another script":         {"en-US", sentences["ka"], "ka"},
		"declared in another script of few":  {"en-US", "Тбилиси", "en-US"},
		"short, in the same script":          {"en-US", sentences["fr"], "en-US"},
		"long, in the same script":           {"en-US", long, "fr"},
		"a language that the model does not": {"gsw", long, "gsw"},
		"Serbian in either script":           {"sr", sentences["sr-Latn"], "sr"},
		"Kazakh in Latin letters":            {"kk", sentences["tr"], "kk"},
		"Crimean Tatar":                      {"crh", strings.Repeat(sentences["crh"]+" ", 6), "crh"},
		"Croatian taken for Serbian":         {"hr", strings.Repeat(sentences["sr-Latn"]+" ", 6), "hr"},
		"a close neighbour":                  {"tr", strings.Repeat(sentences["crh"]+" ", 6), "tr"},
		"of the same family":                 {"tr", strings.Repeat(sentences["az"]+" ", 6), "az"},
		"no tag at all":                      {"??", sentences["ru"], "??"},
		"a quotation in another script":      {"en", sentences["en"] + " " + sentences["ru"], "en"},
		"nothing to go by":                   {"", "12", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Of(articles.Article{Language: c.declared, Headline: c.text}); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestOfIsNotMisledByACredit(t *testing.T) {
	const credit = "Images © 2026 Example Satellites Inc. All rights reserved. Reprinted by permission of the owner."
	a := articles.Article{Headline: sentences["ru"], Body: []string{credit}}
	if got := Of(a); got != "ru" {
		t.Errorf("with a credit in English: %q, want ru", got)
	}
	a.Body = []string{sentences["en"], credit, sentences["en"], sentences["en"]}
	if got := Of(a); got != "en" {
		t.Errorf("with a long text in English: %q, want en", got)
	}
}

func TestRightToLeft(t *testing.T) {
	for tag, want := range map[string]bool{
		"fa": true, "fa-AF": true, "ar": true, "ur": true, "ps": true, "he": true, "ckb": true, "ug": true, "sd": true,
		"en": false, "ru": false, "az": false, "az-Arab": true, "tg": false, "": false, "??": false,
	} {
		if got := RightToLeft(tag); got != want {
			t.Errorf("%q: %v", tag, got)
		}
	}
}

type shelf struct{ got articles.Article }

func (s *shelf) Put(_ context.Context, a articles.Article) (articles.Receipt, error) {
	s.got = a
	return articles.Receipt{}, nil
}

func TestShelf(t *testing.T) {
	var under shelf
	if _, err := (Shelf{&under}).Put(t.Context(), articles.Article{Headline: sentences["hy"]}); err != nil || under.got.Language != "hy" {
		t.Errorf("%q, %v", under.got.Language, err)
	}
}

// known are the languages that must be told apart, besides those that have a script to themselves: of RFE/RL's services,
// and the large ones of the world.
const known = `sq az ba be bs bg ce crh hr fa en ru hu kk ky mk sr-ME ps ro sr tg tt tk uk uz ur
	fr de es it pt nl pl cs sk sl sv da no fi et lv lt tr ar he hi bn vi id sw ha`

func TestModelKnowsTheLanguages(t *testing.T) {
	have := map[string]bool{}
	for _, s := range scripts {
		if s.only != "" {
			have[s.only] = true
			continue
		}
		table := tables()[s.name]
		if table == nil {
			t.Fatalf("the model has no %s", s.name)
		}
		for _, tag := range table.Languages {
			have[tag] = true
			if _, ok := baseOf(tag); !ok {
				t.Errorf("%q is no tag", tag)
			}
		}
	}
	for _, tag := range append(strings.Fields(known), "hy", "ka", "el", "zh", "ja", "ko", "th", "am") {
		if !have[tag] {
			t.Errorf("%s is not known", tag)
		}
	}
}

// TestModelIsSmall keeps the program small: the model is a part of it.
func TestModelIsSmall(t *testing.T) {
	if most := 400_000; len(file) > most {
		t.Errorf("model.gz has %d bytes, more than %d", len(file), most)
	}
}

func FuzzDetect(f *testing.F) {
	for _, text := range sentences {
		f.Add(text, "en")
	}
	f.Add("\xff\xfeabc", "xx-??")
	f.Fuzz(func(t *testing.T, text, declared string) {
		tag, sure := Detect(text)
		if tag == "" && sure != 0 || sure < 0 || sure > 1+1e-9 || math.IsNaN(sure) {
			t.Fatalf("%q is %q with %f", text, tag, sure)
		}
		if _, known := baseOf(tag); tag != "" && !known {
			t.Fatalf("%q is no tag", tag)
		}
		if got := Of(articles.Article{Headline: text, Body: []string{declared}, Language: declared}); !utf8.ValidString(got) && utf8.ValidString(declared) {
			t.Fatalf("%q", got)
		}
	})
}

func BenchmarkDetect(b *testing.B) {
	long := strings.Repeat(sentences["ru"]+" ", 10)
	Detect(long)
	for name, text := range map[string]string{"headline": sentences["ru"], "article": long} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Detect(text)
			}
		})
	}
}

// TestOfHostileText has a headline that becomes an address only where the text is cut, and then has no letter.
func TestOfHostileText(t *testing.T) {
	a := articles.Article{Headline: "ww\xffw.abcdefghijkl", Body: []string{strings.Repeat("1 ", sampled)}}
	if got := Of(a); got != Of(articles.Article{Headline: a.Headline}) {
		t.Errorf("%q", got)
	}
}

// BenchmarkOf settles the language of articles of some length, as each is before it is judged.
func BenchmarkOf(b *testing.B) {
	for _, lang := range []string{"en", "ru", "fa"} {
		paragraph := strings.Repeat(sentences[lang]+" ", 5)
		a := articles.Article{Headline: sentences[lang], Body: []string{paragraph, paragraph, paragraph}}
		Of(a)
		for name, declared := range map[string]string{"declared": lang, "not declared": ""} {
			a.Language = declared
			b.Run(lang+" "+name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					Of(a)
				}
			})
		}
	}
}

// BenchmarkFirst is what the first detection costs besides.
func BenchmarkFirst(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ngram.Read(file); err != nil {
			b.Fatal(err)
		}
	}
}

func TestDirectionFollowsTheLetters(t *testing.T) {
	cases := []struct{ declared, headline, want string }{
		{"az", "آذربایجان خبرلری بو گون یئنی لیک لر", "az-Arab"},
		{"az-Arab", "Azərbaycan xəbərləri bu gün yeniliklər", "az-Latn"},
		{"ku", "هەواڵەکانی ئەمڕۆی کوردستان و جیهان", "ku-Arab"},
		{"uz", "Ўзбекистон янгиликлари бугун", "uz"}, // the same way
		{"fa", "اخبار امروز ایران و جهان", "fa"},
	}
	for _, tt := range cases {
		if got := Of(articles.Article{Language: tt.declared, Headline: tt.headline}); got != tt.want {
			t.Errorf("%s of %q is %q, want %q", tt.declared, tt.headline, got, tt.want)
		}
	}
}
