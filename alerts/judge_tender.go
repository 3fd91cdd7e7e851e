package alerts

import (
	"strconv"
	"strings"

	"github.com/tenbells/tenbells/articles"
)

// Nothing rings without an editor that tells of a suicide, of somebody under age, or who the victims are: how that is
// told, and whether at all, is for a person to weigh, whoever marked it. Words for it are looked for in what an alert
// shows first, headline and standfirst.

// suicides are words for people who take their own lives. Attackers who do are news as any attack is (besideAttack).
var suicides = lexiconOf(map[string]string{
	"en": "suicide*, suicidal, killed himself, killed herself, killed themselves, kills himself, kills herself, kills self, took his own life, took her own life, takes his own life, takes her own life, took their own lives, ends his life, ended his life, ended her life, hanged himself, hanged herself, hangs himself, shoots himself, shot himself, shot herself, self immolat*, sets himself on fire, sets herself on fire, set himself on fire, set herself on fire",
	"ru": "самоубийств*, суицид*, покончил* с собой, покончил* жизнь, покончит* с собой, свел* счеты с жизнью, наложил* на себя руки, повесился, повесилась, застрелился, застрелилась, самосожжени*, поджег себя, подожгла себя",
	"uk": "самогубств*, суїцид*, наклав на себе руки, наклала на себе руки, покінчив з собою, покінчила з собою, вкоротив* собі віку, укоротив* собі віку, звів рахунки з життям, повісився, повісилась, застрелився, застрелилася, самоспален*",
	"be": "самагубств*, суіцыд*, скончыў з сабой, скончыла з сабой, наклаў на сябе рукі",
	"fa": "خودکشی, خودسوزی, حلق آویز, به زندگی خود پایان*, خود را کشت, خودش را کشت, خود را به آتش",
	"ar": "انتحار, الانتحار, انتحارا, انتحر*, ينتحر, تنتحر, أقدم على الانتحار, أنهى حياته, أنهت حياتها, أضرم النار في نفسه",
	"de": "selbstmord*, suizid*, selbsttötung*, nahm sich das leben, nimmt sich das leben, das leben genommen, erhängt sich, erhängte sich, zündet sich an, selbstverbrennung*",
	"fr": "suicide*, suicidé*, s'est donné la mort, mis fin à ses jours, met fin à ses jours, s'immole*, immolé*, immolation",
	"es": "suicidi*, se suicid*, suicid*, se quitó la vida, se quita la vida, quitarse la vida, se inmol*, inmolación",
	"tr": "intihar*, kendini öldürdü, kendini astı, canına kıydı, yaşamına son verdi, kendini yaktı",
	"az": "intihar*, özünü öldür*, özünə qəsd, özünü as*, özünü yandır*, canına qəsd",
	"sr": "samoubistv*, samoubojstv*, ubio se, ubila se, oduzeo sebi život, oduzela sebi život, oduzeo život, obesio se, objesio se, samospaljivanj*, suicid*, самоубиств*, убио се, убила се, одузео себи живот",
	"ro": "sinucider*, sinucis*, s-a sinucis, s-au sinucis, se sinucide, s-a spânzurat, și-a luat viața, și-a pus capăt zilelor, și-a dat foc",
	"kk": "суицид*, өзіне қол жұмса*, өз өзіне қол*, өзін өзі өлтір*, асылып қалды, асылып өлді, өзін өртеді",
	"it": "suicid*, si è tolto la vita, si è tolta la vita, si toglie la vita, si è ucciso, si è uccisa",
	"pt": "suicídi*, suicid*, se suicid*, tirou a própria vida",
	"pl": "samobójstw*, samobójcz*, odebrał sobie życie, odebrała sobie życie, targnął się na życie",
})

// besideAttack are beginnings of words beside which “suicide” speaks of a weapon.
var besideAttack = []string{
	"bomb", "attack", "attent", "attaque", "blast", "explos", "vest", "belt", "drone", "squad", "car", "truck", "mission", "kamikaz", "anschlag",
	"bombac", "saldir", "hucum", "partlay", "atent", "ataque", "ceinture", "cintur", "napad", "bombas", "atac",
}

// minors are words for people under age.
var minors = lexiconOf(map[string]string{
	"en": "child, children, childrens, kid, kids, toddler*, baby, babies, infant*, newborn*, boy, boys, girl, girls, teen, teens, teenage*, minors, a minor, underage, schoolboy*, schoolgirl*, schoolchild*, schoolkid*, juvenile*, preschooler*, year old boy, year old girl",
	"ru": "ребенок, ребенк*, дети, детей, детям, детьми, детях, младен*, подрост*, несовершеннолетн*, малолетн*, школьник*, школьниц*, мальчик*, девочк*, грудничк*, дошкольник*, новорожденн*",
	"uk": "дитина, дитин*, діти, дітей, дітям, дітьми, дітях, немовл*, підліт*, неповнолітн*, малолітн*, школяр*, хлопчик*, дівчинк*, дівчатк*, новонароджен*",
	"be": "дзіця, дзіцят*, дзеці, дзяцей, дзецям, падлет*, непаўналетн*, школьнік*, школьніц*, хлопчык*, дзяўчынк*, немаўля*",
	"fa": "کودک*, کودکان, بچه*, بچه ها, نوزاد*, نوجوان*, نوجوانان, دختربچه, پسربچه, دختر بچه, پسر بچه, دانش آموز*, دانش آموز*, خردسال*, طفل, اطفال, زیر ۱۸ سال",
	"ar": "طفل*, الطفل*, أطفال*, الأطفال, طفلة, رضيع*, الرضيع, قاصر*, القاصر*, قصر, مراهق*, تلميذ*, تلاميذ, صبي, فتاة, رضع, الرضع",
	"de": "kind, kinder*, kindes, baby, babys, säugling*, kleinkind*, jugendliche*, minderjährig*, schüler*, mädchen, teenager*, neugeboren*, schulkind*",
	"fr": "enfant*, bébé*, nourrisson*, mineur, mineurs, mineure, mineures, adolescent*, ado, ados, écolier*, écolière*, fillette*, garçonnet*, lycéen*, collégien*, nouveau-né*",
	"es": "niño*, niña*, bebé*, menor de edad, menores, un menor, una menor, adolescente*, escolar*, recién nacid*, chico de, chica de",
	"tr": "çocuk*, çocuğ*, bebek*, bebeğ*, ergen*, liseli*, reşit olmayan*",
	"az": "uşaq*, uşağ*, körpə*, azyaşlı*, yeniyetmə*, məktəbli*, yetkinlik yaşına çatmayan*",
	"sr": "dete, deteta, deca, dece, deci, decu, dijete, djeteta, djeca, djece, djeci, djecu, devojčic*, djevojčic*, dečak*, dječak*, maloletn*, maloljetn*, beba, bebe, bebu, tinejdžer*, učenik*, učenic*, novorođen*, дете, детета, деца, деце, деци, децу, девојчиц*, дечак*, малолетн*, беба, бебу, тинејџер*",
	"ro": "copil*, copii*, copiii, bebeluș*, minor, minori*, minoră, minore, adolescent*, elev, elevi*, elevă, eleve, nou născut*, fetiț*, băiețel*",
	"kk": "бала, баласы*, баланы*, балалар*, балаға, нәресте*, сәби*, жасөспірім*, оқушы*, кәмелетке толмаған*, қыз бала, бүлдіршін*",
	"it": "bambin*, neonat*, minorenn*, minore, minori, adolescent*, ragazzin*, bimb*",
	"pt": "criança*, bebê*, bebé*, menor de idade, menores, adolescente*, menino*, menina*",
	"pl": "dziecko, dziecka, dzieci*, niemowl*, nastolat*, nieletni*, małoletni*, noworodk*, chłopiec, chłopca, dziewczynk*",
})

// ages are what stands behind the number of somebody's years.
var ages = lexiconOf(map[string]string{
	"en": "year old*, years old, yr old, yo", "ru": "летн*", "uk": "річн*", "be": "гадов*", "fa": "ساله",
	"de": "jährig*", "tr": "yaşında*", "az": "yaşlı, yaşında*", "sr": "godišnj*, godina star*, годишњ*",
	"kk": "жасар, жастағы", "it": "enne", "pl": "letni*, latk*, latek",
})

// agesBefore is what stands before it.
var agesBefore = lexiconOf(map[string]string{
	"en": "aged, age", "ru": "возраст*", "uk": "вік*, віц*", "de": "alter von", "fr": "âgé* de", "es": "edad de", "ro": "vârsta de", "it": "età di",
})

// ofAge is from how many years on nobody counts as a minor (UN Convention on the Rights of the Child, article 1).
const ofAge = 18

// namings say who the victims are.
var namings = lexiconOf(map[string]string{
	"en": "victim named, victims named, victim identified, victims identified, names of victims, names of the victims, names of those killed, names the victims, name the victims, named the victim*, identifies victim*, identify victim*, identifies the victim*, identify the victim*, identity of the victim*, identities of the victims, victim has been named, victims have been named",
	"ru": "имя погибш*, имена погибш*, имена жертв*, имя жертвы, имена убит*, имя убит*, личность погибш*, личности погибш*, личность убит*, личности жертв, личность жертвы, список погибших",
	"uk": "ім'я загибл*, імена загибл*, імена жертв*, ім'я жертви, особу загибл*, особи загибл*, список загиблих",
	"be": "імя загінул*, імёны загінул*, імёны ахвяр*",
	"fa": "هویت قربانی*, هویت کشته*, هویت جان باخت*, هویت جانباخت*, هویت مقتول*, نام قربانی*, نام کشته*, اسامی قربانی*, اسامی کشته*, اسامی جان باخت*, اسامی جانباخت*",
	"ar": "هوية الضحية, هوية الضحايا, هوية القتيل, هوية القتلى, هوية القتيلة, أسماء الضحايا, أسماء القتلى, اسم الضحية, اسم القتيل, أسماء الشهداء",
	"de": "opfer identifiziert, namen der opfer, name des opfers, identität der opfer, identität des opfers, opfer namentlich",
	"fr": "identité de la victime, identité des victimes, nom de la victime, nom des victimes, noms des victimes, victime identifiée, victimes identifiées",
	"es": "identidad de la víctima, identidad de las víctimas, nombre de la víctima, nombres de las víctimas, víctima identificada, víctimas identificadas",
	"tr": "ölenlerin kimlik*, ölenlerin isim*, ölenlerin adları, hayatını kaybedenlerin kimlik*, hayatını kaybedenlerin isim*",
	"az": "ölənlərin ad*, həlak olanların ad*, ölənin kimliyi, şəhidlərin ad*",
	"sr": "identitet žrt*, identitet ubijen*, identitet stradal*, identitet poginul*, imena žrtava, imena ubijenih, imena stradalih, imena poginulih, ime žrtve, идентитет жрт*, имена жртава, имена страдалих",
	"ro": "identitatea victim*, numele victim*, victima identificată, victimele identificate",
	"kk": "қаза тапқандардың ес*, қаза тапқандардың ат*, қаза болғандардың ес*, құрбандардың ес*, құрбан болғандардың ес*",
	"it": "identità della vittima, identità delle vittime, nome della vittima, nomi delle vittime, vittima identificata, vittime identificate",
	"pt": "identidade da vítima, identidade das vítimas, nome da vítima, nomes das vítimas, vítima identificada, vítimas identificadas",
	"pl": "tożsamość ofiar*, nazwisk* ofiar*, imiona ofiar*",
})

// identified are words that do so where the text counts dead or hurt (tolls): else somebody is named to an office.
var identified = lexiconOf(map[string]string{
	"en": "named as, identified as, has been named, have been named, has been identified, have been identified, named by, identified by, names released",
	"ru": "назвал* имя, назвал* имена, названы имена, названо имя, личность установлена, личности установлены, опознан*",
	"uk": "назвали ім'я, назвали імена, названо імена, особу встановлено, особи встановлено, впізнали, упізнали",
	"fa": "شناسایی شد, شناسایی شدند",
	"fr": "identifié comme, identifiée comme, identifiés comme",
	"es": "identificad* como",
	"tr": "kimliği belirlendi, kimlikleri belirlendi, kimliği belli oldu, kimlikleri belli oldu",
	"az": "kimliyi müəyyən*, kimlikləri müəyyən*",
	"sr": "identifikovan*, identificiran*, идентификован*",
	"ro": "identificat ca, identificată ca",
	"kk": "жеке басы анықтал*",
	"pt": "identificad* como",
	"pl": "zidentyfikowan*",
	"de": "identifiziert als",
})

// tender says why an article must not ring without an editor, whatever its mark; the zero Reason where it may.
func tender(a articles.Article, language string) Reason {
	lead := a.Standfirst
	if lead == "" && len(a.Body) > 0 {
		lead = a.Body[0]
	}
	text := start(a.Headline+"\n"+lead, maxLead)
	ws := wordsOf(text, maxLooked)
	for h := range suicides.in(ws, language) {
		if !besideWeapon(ws, h) {
			return reason("not-sent-suicide").word("words", h.written(text, ws))
		}
	}
	if said := minors.first(text, ws, language); said != "" {
		return reason("not-sent-minor").word("words", said)
	}
	if said := youngAge(text, ws, language); said != "" {
		return reason("not-sent-minor").word("words", said)
	}
	said := namings.first(text, ws, language)
	if said == "" && tolls.first(text, ws, language) != "" {
		said = identified.first(text, ws, language)
	}
	if said != "" {
		return reason("not-sent-victims").word("words", said)
	}
	return Reason{}
}

// besideWeapon says whether a word before or after speaks of an attack.
func besideWeapon(ws words, h hit) bool {
	for _, i := range []int{h.from - 1, h.to} {
		if i < 0 || i >= len(ws) {
			continue
		}
		for _, begins := range besideAttack {
			if strings.HasPrefix(ws[i].folded, begins) {
				return true
			}
		}
	}
	return strings.HasPrefix(ws[h.from].folded, "selbstmordattent") || strings.HasPrefix(ws[h.from].folded, "selbstmordanschl")
}

// youngAge is an age below 18, as it is written: “12-year-old”, “aged 9”, “12-летний”.
func youngAge(text string, ws words, language string) string {
	for i, w := range ws {
		n, err := strconv.Atoi(w.folded)
		if err != nil || n < 1 || n >= ofAge {
			continue
		}
		for h := range agesBefore.in(ws[max(0, i-2):i], language) {
			return hit{max(0, i-2) + h.from, i + 1}.written(text, ws)
		}
		for h := range ages.in(ws[i+1:], language) {
			if h.from == 0 {
				return hit{i, i + 1 + h.to}.written(text, ws)
			}
			break
		}
	}
	return ""
}
