package stories

import (
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Headlines that tell of people, and of none, by language.
func TestTollsByLanguage(t *testing.T) {
	for _, tt := range []struct{ language, headline, want string }{
		{"fa", "زلزله ۶٫۳ ریشتری در هرات ۱۲ کشته داد", "dead 12"},
		{"fa", "۱۲ کشته و ۳۰ زخمی در واژگونی اتوبوس", "dead 12, hurt 30"},
		{"fa", "سه نفر در تهران جان\u200cباختند", "dead 3"},
		{"fa", "نزدیک به دو هزار تن کشته شدند", "dead 2000"},
		{"fa", "۴ کوهنورد در البرز مفقود شدند", "missing 4"},
		{"fa", "بازیگر سینما در ۹۲ سالگی درگذشت", ""},
		{"fa", "۸۰ درصد قربانیان زلزله زنان و کودکان هستند", ""},
		{"fa", "وزیر سابق روز ۱۷ آذرماه درگذشت", ""},
		{"fa", "مراسم کشته\u200cشدگان روز سه\u200cشنبه برگزار شد", ""},
		{"fa", "قتل\u200cهای سال ۱۴۰۱ در تهران", ""},
		{"fa", "پرسپولیس ۳ بر ۱ باخت", ""},
		{"fa", "کشت ۱۲ هکتار زعفران در هرات", ""},
		{"fa", "تیم ملی نه بار باخت", ""},
		{"ar", "ارتفاع حصيلة القتلى في غزة إلى 41٬000 شخص", "dead 41000"},
		{"ar", "مقتل ١٢ شخصا وإصابة ٣٠ آخرين", "dead 12, hurt 30"},
		{"ar", "ثلاثة عشر قتيلا في انقلاب قارب", "dead 13"},
		{"ar", "سقوط قتيلين في جنين", "dead 2"},
		{"ar", "وفاة الفنان عن عمر 92 عاما", ""},
		{"ar", "الفريق فقد 3 نقاط", ""},
		{"tr", "Depremde ölü sayısı 12'ye yükseldi", "dead 12"},
		{"tr", "Kazada 3 kişi yaralandı, 2 kişi kayıp", "hurt 3, missing 2"},
		{"tr", "İki işçi hayatını kaybetti", "dead 2"},
		{"tr", "On beş kişi öldü", "dead 15"},
		{"tr", "2 BİN KİŞİ ÖLDÜ", "dead 2000"},
		{"tr", "Galatasaray 3 maç kaybetti", ""},
		{"az", "Qəzada 4 nəfər həlak olub, 7 nəfər yaralanıb", "dead 4, hurt 7"},
		{"kk", "Мароккодағы зілзаладан қаза тапқандар 2100-ден асты", "dead 2100"},
		{"kk", "Болат 13 қарашада Алматыда қайтыс болды", ""},
		{"ky", "Жол кырсыгында үч адам каза тапты", "dead 3"},
		{"bg", "Премиерът каза, че 12 закона са приети", ""},
		{"uz", "Avtohalokatda 5 kishi halok bo‘ldi", "dead 5"},
		{"uz", "Портлашда 5 киши ҳалок бўлди", "dead 5"},
		{"tg", "Дар садама се нафар ҷон бохтанд", "dead 3"},
		{"tg", "Беш аз 15 нафар захмӣ шуданд", "hurt 15"},
		{"sr", "Najmanje 14 poginulih, pet osoba nestalo", "dead 14, missing 5"},
		{"sr", "Најмање 14 погинулих, пет особа нестало", "dead 14, missing 5"},
		{"ro", "Nouă morți și zece răniți", "dead 9, hurt 10"},
		{"ro", "Tot mai multe firme, 12 în total", ""},
		{"pl", "Zginęło pięć osób, dwanaście rannych, dwie zaginęły", "dead 5, missing 2"},
		{"pl", "Ten zabity żołnierz był bohaterem", ""},
		{"it", "Due morti e sei feriti", "dead 2, hurt 6"},
		{"pt", "Sobe para 12 o número dos mortos", "dead 12"},
		{"es", "Dos muertos y 12 desaparecidos", "dead 2, missing 12"},
		{"bg", "Двама загинали и петима ранени", "dead 2, hurt 5"},
		{"mk", "Загинаа 59 лица, повредени 155", "dead 59, hurt 155"},
		{"be", "Загінулі дзве жанчыны, паранены пяць чалавек", "dead 2, hurt 5"},
		{"hy", "Զոհվել է 10 մարդ, կա 30 վիրավոր", "dead 10, hurt 30"},
		{"hy", "15-ամյա տղան մահացել է", ""},
		{"ka", "დაიღუპა რვა ადამიანი, დაშავდა 12", "dead 8, hurt 12"},
		{"de", "Zwei Tote, 12 Verletzte", "dead 2, hurt 12"},
		{"de", "12 Gründe, warum die Bahn toll ist", ""},
		{"fr", "Deux morts, 64 blessés", "dead 2, hurt 64"},
		{"uk", "Загинуло четверо людей, дев'ять поранених", "dead 4, hurt 9"},
		{"ru", "Погибли 2 тысячи человек", "dead 2000"},
		{"ru", "Актёр умер на 71-м году жизни", ""},
		{"en", "7.2-magnitude quake kills 12", "dead 12"},
		{"en", "Actor dies at 92", ""},
		{"en", "Boeing 737 crashes, killing all on board", ""},
		{"en", "Hospital reports first COVID-19 death", ""},
		{"en", "20% of patients died, costing $12", ""},
		{"en", "12 swim in the Dead Sea", ""},
		{"en", "Killed in 2012", ""},
		{"en", "2012 people killed", "dead 2012"},
		{"", "12 killed", "dead 12"},
	} {
		var got []string
		for _, toll := range tollsIn(tt.headline, tt.language) {
			if is := toll.what + " " + strconv.Itoa(toll.many); !slices.Contains(got, is) {
				got = append(got, is)
			}
		}
		if said := strings.Join(got, ", "); said != tt.want {
			t.Errorf("%s: %q counts %q, want %q", tt.language, tt.headline, said, tt.want)
		}
	}
}

func TestStatusesByLanguage(t *testing.T) {
	for _, tt := range []struct{ language, headline, want string }{
		{"fa", "روزنامه\u200cنگار ایرانی بازداشت شد", "arrested"},
		{"fa", "روزنامه\u200cنگار ایرانی آزاد شد", "freed"},
		{"fa", "تجارت آزاد با هند", ""},
		{"fa", "آتش\u200cبس در غزه برقرار شد", "ceasefire"},
		{"fa", "وزیر خارجه استعفا داد", "resigned"},
		{"fa", "قیمت نفت بالا رفت", ""},
		{"fa", "واکنش\u200cها به اعدام یک معترض", ""},
		{"ar", "استقالة رئيس الوزراء", "resigned"},
		{"ar", "الإفراج عن الصحفي", "freed"},
		{"ar", "انتخابات في تونس", ""},
		{"ar", "دخول وقف إطلاق النار حيز التنفيذ", "ceasefire"},
		{"ar", "الجيش يعلن وقف إطلاق النار ومقتل جندي", "ceasefire, dead"},
		{"tr", "Belediye başkanı tutuklandı", "arrested"},
		{"tr", "Takım maçı kaybetti", ""},
		{"tr", "Bakan istifa etti", "resigned"},
		{"az", "Jurnalist həbs edildi", "arrested"},
		{"kk", "Экс-министр сотталды", "convicted"},
		{"kk", "Министр қызметінен босатылды", "resigned"},
		{"ky", "Мурдагы депутат кармалды", "arrested"},
		{"uz", "Jurnalist qamoqqa olindi", "arrested"},
		{"tg", "Рӯзноманигор боздошт шуд", "arrested"},
		{"sr", "Uhapšen bivši ministar", "arrested"},
		{"hr", "Uhićen bivši ministar", "arrested"},
		{"sr", "Ухапшен бивши министар", "arrested"},
		{"sr", "Ministar podneo ostavku", "resigned"},
		{"ro", "Ministrul și-a dat demisia", "resigned"},
		{"ro", "Guvernul condamnă atacul", ""},
		{"fr", "Paris condamne l'attaque", ""},
		{"fr", "L'ancien ministre condamné à cinq ans", "convicted"},
		{"pl", "Zatrzymano byłego ministra", "arrested"},
		{"it", "Arrestato l'ex ministro", "arrested"},
		{"pt", "Ex-ministro é preso em Brasília", "arrested"},
		{"es", "Precio del oro", ""},
		{"bg", "Арестуваха бивш министър", "arrested"},
		{"mk", "Уапсен поранешен министер", "arrested"},
		{"be", "Актывіст затрыманы ў Менску", "arrested"},
		{"hy", "Նախկին նախարարը ձերբակալվել է", "arrested"},
		{"ka", "ყოფილი მინისტრი დააკავეს", "arrested"},
		{"ru", "Всё, что не разрешено, запрещено", ""},
		{"ru", "Экс-министр освобождён в зале суда", "freed"},
		{"de", "In einigen Zügen wird kontrolliert", ""},
		{"de", "Die Parteien einigen sich", "agreed"},
		{"en", "Former minister arrested", "arrested"},
	} {
		ts := terms(tt.headline, maxWords)
		var got []string
		for _, s := range statusesIn(ts, smallOf(ts), tt.language) {
			got = append(got, s.status)
		}
		if said := strings.Join(got, ", "); said != tt.want {
			t.Errorf("%s: %q says %q, want %q", tt.language, tt.headline, said, tt.want)
		}
	}
}

func TestReportsKnowTheLanguagesOfVocabularies(t *testing.T) {
	for tag, want := range map[string]string{"": "", "xx": "", "fa-AF": "fa", "prs": "fa", "hr": "sr", "sr-Latn": "sr", "EN": "en", "uz-Cyrl": "uz"} {
		if got := tongueOf(tag).name(); got != want {
			t.Errorf("%q is %q, want %q", tag, got, want)
		}
	}
	for _, v := range []vocabulary{tolls, statuses, numerals, people, thousand, measures, labels} {
		for _, all := range v {
			for _, s := range all {
				if tongueOf(s.only).name() != s.only {
					t.Errorf("%q has words of its own (%s) that no report would know", s.only, s.words)
				}
			}
		}
	}
}

// A word means one thing, or none in the headlines of all languages but one.
func TestAWordMeansOneThing(t *testing.T) {
	for name, v := range map[string]vocabulary{"tolls": tolls, "statuses": statuses, "numerals": numerals} {
		means := map[string]saying{}
		for _, all := range v {
			for _, s := range all {
				words := strings.Join(s.words, " ")
				other, twice := means[words]
				if twice && other.means != s.means && (s.only == "" || other.only == "" || s.only == other.only) {
					t.Errorf("%s: %q means %q and %q", name, words, other.means, s.means)
				}
				means[words] = s
			}
		}
	}
}

func TestLettersThatAreWrittenOtherwiseAreOne(t *testing.T) {
	for _, line := range []string{
		"کابل كابل", "تهرانی تهراني تهرانى", "مدرسة مدرسه", "أحمد احمد", "كتـــاب کتاب", "مُحَمَّد محمد", "İstanbul istanbul", "Işık ışık", "București Bucureşti", "12 ۱۲ ١٢ १२",
	} {
		if found := compared(line); len(found) != 1 {
			t.Errorf("%s: compared as %s, want one word", line, strings.Join(found, ", "))
		}
	}
}
