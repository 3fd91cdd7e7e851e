package alerts

// events in a headline make the judge think that something has just happened.
var events = lexiconOf(map[string]string{
	"en": "killed, kills, kill, dead, dies, died, deaths, death toll, explosion, explosions, explodes, blast, blasts, earthquake, quake, attack, attacks, attacked, strike, strikes, airstrike, airstrikes, shelling, shells, missile, missiles, drone strike, bombing, bomb, bombs, shooting, shot, gunman, gunmen, stabbing, hostage, hostages, crash, crashes, crashed, collapses, derails, sinks, capsizes, hijacked, hijack, resigns, resign, steps down, ousted, impeached, arrested, arrests, detained, sentenced, convicted, indicted, evacuated, evacuates, evacuation, erupts, eruption, tsunami, hurricane, tornado, wildfire, flood, floods, landslide, fire, blaze, outbreak, sanctions, ceasefire, truce, launches rocket, launches missile, fires rocket*, rocket launch, found guilty, pleads guilty, acquitted, wins election, elected, declares, clashes, protesters, riot, riots, abducted, kidnapped, default, defaults, bankruptcy, recalls, blackout, poisoned, freed, released, suspends, halts, bans",
	"ru": "погиб*, убит*, убил*, скончал*, умер, умерла, взрыв*, взорвал*, землетрясени*, теракт*, атак*, обстрел*, удар, удары, ударил*, ракет*, стрельб*, расстрел*, заложник*, крушени*, авиакатастроф*, столкнул*, обрушил*, затонул*, отставк*, отставку, арестов*, задержан*, задержал*, приговор*, эвакуац*, эвакуир*, извержени*, цунами, ураган*, пожар*, наводнени*, паводк*, оползен*, вспышк*, санкци*, перемири*, столкновени*, протест*, похищен*, похитил*, отравлен*, освобожден*, сбит*, дефолт*, авари*, пострадал*, ранен*",
	"uk": "загинул*, загинув, загибл*, вбит*, вбил*, помер*, вибух*, землетрус*, теракт*, атак*, атакув*, обстріл*, удар, удари, вдарил*, ракет*, стрілян*, заручник*, катастроф*, зіткнул*, обвалив*, затонув*, відставк*, арештов*, затриман*, затримал*, вирок*, евакуац*, евакуйов*, виверженн*, цунамі, ураган*, пожеж*, повін*, повен*, зсув*, спалах*, санкці*, перемир*, зіткненн*, протест*, викраден*, отруєн*, звільнен*, збит*, дефолт*, аварі*, постраждал*, поранен*",
	"fa": "کشته, کشت, کشته شدن, جان باخت*, جان باختن*, درگذشت, انفجار*, زلزله, زمین لرزه, حمله, حملات, شلیک, موشک*, گروگان*, سقوط, استعفا*, بازداشت*, دستگیر*, اعدام*, تخلیه, آتش سوزی, آتش سوزی, سیل, سونامی, طوفان, آتش بس, آتش بس, تحریم*, درگیری, اعتراض*, ربوده, زخمی, مجروح, ترور",
	"ar": "مقتل, قتل, قتلى, قتيل, يقتل, استشهاد, شهداء, وفاة, توفي, انفجار*, تفجير, زلزال, هجوم, هجمات, قصف, غارة, غارات, صاروخ, صواريخ, إطلاق نار, رهائن, تحطم, استقالة, يستقيل, اعتقال, إعدام, إخلاء, حريق, فيضانات, تسونامي, إعصار, هدنة, وقف إطلاق النار, عقوبات, اشتباكات, احتجاجات, اختطاف, جرحى, إصابة",
	"de": "tot, tote, toten, getötet, stirbt, gestorben, explosion, explosionen, explodiert, erdbeben, anschlag, angriff*, luftangriff*, raketen*, drohnenangriff*, beschuss, schüsse, schießerei, erschossen, geisel*, absturz, abgestürzt, einsturz, entgleist, rücktritt, tritt zurück, festgenommen, verhaftet, verurteilt, evakuiert, evakuierung, ausbruch, tsunami, hurrikan, brand, großbrand, feuer, hochwasser, überschwemmung*, erdrutsch, sanktionen, waffenruhe, waffenstillstand, zusammenstöße, proteste, entführt, verletzt*, insolvenz, messerangriff",
	"fr": "mort, morts, morte, tué*, meurt, décès, décédé*, explosion*, séisme, tremblement de terre, attentat*, attaque*, frappe*, bombardement*, missile*, fusillade, otage*, crash, accident, effondrement, déraille*, naufrage, démission*, démissionne, arrêté*, arrestation*, condamné*, évacué*, évacuation*, éruption, tsunami, ouragan, incendie*, inondation*, glissement de terrain, sanctions, cessez-le-feu, trêve, affrontements, manifestation*, enlevé*, blessé*, faillite",
	"es": "muerto*, muerta*, muere*, mata*, matan, asesinad*, fallec*, explosión, explosiones, explota, terremoto, sismo, seísmo, atentado*, ataque*, bombardeo*, misil*, tiroteo*, rehen*, accidente, se estrella, derrumbe, descarrila*, naufragi*, dimite, dimisión, renuncia, detenid*, detiene*, condenad*, evacua*, erupción, tsunami, huracán, incendio*, inundacion*, deslizamiento, sanciones, alto el fuego, tregua, enfrentamientos, protestas, secuestr*, herid*, quiebra",
	"tr": "öldü, öldürüldü, ölü, hayatını kaybetti, hayatını kaybeden*, patlama*, deprem*, saldırı*, füze*, bombalı, silahlı, rehin*, düştü, çöktü, istifa*, tutuklandı, gözaltı*, mahkum, tahliye, yanardağ, tsunami, kasırga, yangın*, sel, heyelan, yaptırım*, ateşkes*, çatışma*, protesto*, kaçırıldı, yaralı*, yaralandı, iflas",
	"az": "öldü, öldürüldü, həlak*, şəhid*, partlayış*, zəlzələ, hücum*, raket*, atəş*, girov*, qəza*, istefa*, həbs*, saxlanıl*, təxliyə, yanğın*, sel, daşqın, sanksiya*, atəşkəs, toqquşma*, etiraz*, qaçırıl*, yaralan*",
	"sr": "poginu*, ubijen*, ubio, ubila, umro, umrla, preminu*, eksplozij*, zemljotres*, potres*, napad*, raket*, granatiran*, bombardovan*, pucnjav*, pucao, talac, taoci, srušio, srušila, sudar, ostavk*, podneo ostavku, uhapšen*, uhićen*, privoden*, osuđen*, evakua*, erupcij*, cunami, uragan, požar*, poplav*, klizišt*, sankcij*, primirj*, sukob*, protest*, otet*, povređen*, ranjen*, stečaj*, погину*, убијен*, преминуо, преминула, експлозиј*, земљотрес*, напад*, ракет*, пуцњав*, оставк*, ухапшен*, осуђен*, евакуа*, пожар*, поплав*, санкциј*, примирј*, сукоб*, протест*, рањен*",
	"ro": "mort, moarte, morți, morții, ucis*, decedat*, a murit, explozi*, cutremur*, atentat*, atac*, rachet*, bombardament*, împușcat*, ostatic*, prăbușit*, accident*, demision*, demisia, arestat*, reținut*, condamnat*, evacu*, erupți*, tsunami, uragan*, incendi*, inundați*, alunecare de teren, sancțiuni*, armistiți*, încetarea focului, ciocniri, protest*, răpit*, rănit*, faliment*",
	"kk": "қаза тапты, қаза тапқан*, қаза болды, өлді, өлтірілді, қайтыс болды, жарылыс*, жер сілкінісі, зілзала, шабуыл*, соққы*, зымыран*, атыс*, кепіл*, апат*, отставка*, қызметінен кетті, қамауға*, ұсталды, сотталды, эвакуация*, өрт*, тасқын*, су тасқыны, санкция*, бітім, қақтығыс*, наразылық*, жараланды, жарақат*, теракт*",
	"hy": "զոհվ*, սպանվ*, սպանել*, մահաց*, պայթյուն*, երկրաշարժ*, հարձակ*, կրակոց*, հրաժարական*, ձերբակալ*, վթար*, հրդեհ*, վիրավոր*, տարհան*",
	"ka": "დაიღუპ*, მოკლ*, გარდაიცვ*, აფეთქ*, მიწისძვრ*, თავდასხმ*, სროლ*, გადადგ*, დააკავ*, ხანძ*, დაშავ*, ევაკუაც*",
	"tg": "кушта, куштанд, кушташуда*, ҳалок*, таркиш*, заминларза*, ҳамла*, истеъфо*, боздошт*, ҳабс*, сӯхтор*, захмӣ*, обхезӣ*",
})

// graveEvents change a country or more.
var graveEvents = lexiconOf(map[string]string{
	"en": "assassinated, assassination, coup, martial law, state of emergency, declares war, declare war, declaration of war, invades, invade, invasion, nuclear explosion, nuclear test, nuclear accident, nuclear strike, plane crash, mass shooting, massacre, terror attack, terrorist attack, peace deal, surrenders, overthrown, toppled",
	"ru": "убийство президента, переворот*, военное положение, чрезвычайное положение, объявил войну, объявила войну, вторжени*, вторгл*, ядерн* взрыв*, ядерн* испытан*, ядерн* удар*, авиакатастроф*, массов* убийств*, массов* расстрел*, мирное соглашение, капитуляци*",
	"uk": "переворот*, воєнний стан, воєнного стану, надзвичайний стан, оголосив війну, оголосила війну, вторгненн*, вторгл*, ядерн* вибух*, ядерн* удар*, авіакатастроф*, масов* вбивств*, мирна угода, капітуляці*",
	"fa": "کودتا, حکومت نظامی, وضعیت اضطراری, اعلام جنگ, تهاجم, انفجار هسته ای, آزمایش هسته ای, سقوط هواپیما, حمله تروریستی, قتل عام, توافق صلح",
	"ar": "اغتيال, انقلاب, الأحكام العرفية, حالة الطوارئ, إعلان الحرب, غزو, تجربة نووية, تحطم طائرة, هجوم إرهابي, مجزرة, اتفاق سلام",
	"de": "ermordet, attentat, putsch, kriegsrecht, ausnahmezustand, erklärt krieg, invasion, einmarsch, atomtest, flugzeugabsturz, massaker, terroranschlag, amoklauf, friedensabkommen",
	"fr": "assassiné*, assassinat, coup d'état, putsch, loi martiale, état d'urgence, déclare la guerre, invasion, envahit, essai nucléaire, crash d'avion, massacre, attentat terroriste, accord de paix",
	"es": "asesinato, magnicidio, golpe de estado, ley marcial, estado de emergencia, declara la guerra, invasión, invade, prueba nuclear, accidente aéreo, masacre, atentado terrorista, acuerdo de paz",
	"tr": "suikast*, darbe, sıkıyönetim, olağanüstü hal, savaş ilan, işgal, nükleer deneme*, uçak düştü, katliam, terör saldırısı, barış anlaşması",
	"az": "sui qəsd, çevriliş*, hərbi vəziyyət, fövqəladə vəziyyət, müharibə elan, işğal, təyyarə qəzası, terror aktı, sülh sazişi",
	"sr": "atentat*, državni udar, ratno stanje, vanredno stanje, izvanredno stanje, objavi* rat, invazij*, nuklearn* prob*, pad aviona, masakr*, teroristički napad, mirovni sporazum, атентат*, државни удар, ванредно стање, инвазиј*, масакр*, терористички напад",
	"ro": "asasinat*, lovitură de stat, lege marțială, stare de urgență, declară război, invazi*, test nuclear, prăbușirea avionului, masacru*, atac terorist, acord de pace",
	"kk": "төңкеріс*, әскери жағдай, төтенше жағдай, соғыс жариялады, басып кірді, ядролық сынақ, ұшақ апаты, бейбіт келісім",
})

// officials are people and houses whose acts and fates are news by themselves.
var officials = lexiconOf(map[string]string{
	"en": "president, prime minister, premier, chancellor, king, queen, pope, supreme leader, supreme court, constitutional court, parliament, congress, senate, government, foreign minister, defense minister, defence minister, interior minister, central bank, white house, kremlin, pentagon, nato, un security council, united nations, european union, opposition leader, governor, mayor, general staff, ambassador",
	"ru": "президент*, премьер*, премьер-министр*, канцлер*, король, королев*, папа римский, папы римского, верховн* суд*, конституционн* суд*, парламент*, госдум*, совфед*, правительств*, глава мид, главы мид, минобороны, министр*, центробанк*, цб, белый дом, кремл*, пентагон*, нато, совбез*, оон, евросоюз*, губернатор*, мэр, мэра, генштаб*, посол*",
	"uk": "президент*, прем'єр*, канцлер*, король, королев*, папа римський, верховн* суд*, верховн* рад*, рада, конституційн* суд*, парламент*, уряд*, міністр*, нацбанк*, білий дім, кремл*, пентагон*, нато, радбез*, оон, євросоюз*, губернатор*, мер, мера, генштаб*, посол*",
	"fa": "رئیس جمهور*, رئیس جمهور*, نخست وزیر*, نخست وزیر*, رهبر, خامنه ای, شاه, پاپ, مجلس, پارلمان, دولت, وزیر, بانک مرکزی, کاخ سفید, کرملین, پنتاگون, ناتو, شورای امنیت, سازمان ملل, اتحادیه اروپا, سپاه, طالبان",
	"ar": "الرئيس, رئيس الوزراء, رئيس, الملك, البابا, المرشد, البرلمان, الحكومة, وزير, البنك المركزي, البيت الأبيض, الكرملين, البنتاغون, الناتو, مجلس الأمن, الأمم المتحدة, الاتحاد الأوروبي, المحكمة العليا",
	"de": "präsident*, bundespräsident*, ministerpräsident*, premier*, kanzler*, bundeskanzler*, könig*, papst, bundesverfassungsgericht, bundestag, parlament, regierung, außenminister*, verteidigungsminister*, innenminister*, ezb, weißes haus, kreml, pentagon, nato, un-sicherheitsrat, eu, gouverneur*, oberbürgermeister*",
	"fr": "président*, premier ministre, première ministre, chancelier*, roi, reine, pape, conseil constitutionnel, parlement, assemblée nationale, sénat, gouvernement, ministre*, banque centrale, bce, maison blanche, kremlin, pentagone, otan, conseil de sécurité, onu, union européenne, gouverneur*, maire",
	"es": "president*, primer ministro, primera ministra, canciller, rey, reina, papa, tribunal supremo, tribunal constitucional, parlamento, congreso, senado, gobierno, ministr*, banco central, casa blanca, kremlin, pentágono, otan, consejo de seguridad, onu, unión europea, gobernador*, alcalde*",
	"tr": "cumhurbaşkan*, başkan*, başbakan*, şansölye, kral, kraliçe, papa, anayasa mahkemesi, yargıtay, meclis, tbmm, hükümet*, bakan*, merkez bankası, beyaz saray, kremlin, pentagon, nato, bm, ab, vali*, genelkurmay",
	"az": "prezident*, baş nazir*, kral, papa, konstitusiya məhkəməsi, parlament*, milli məclis*, hökumət*, nazir*, mərkəzi bank, ağ ev, kreml, pentaqon, nato, bmt, avropa ittifaqı",
	"sr": "predsednik*, predsjednik*, predsednic*, premijer*, kralj*, papa, ustavni sud, vrhovni sud, parlament*, skupštin*, sabor*, vlada, vlade, ministar*, ministr*, centralna banka, bela kuća, bijela kuća, kremlj, pentagon, nato, savet bezbednosti, vijeće sigurnosti, un, eu, guverner*, gradonačelnik*, председник*, премијер*, парламент*, скупштин*, влада, министар*, нато",
	"ro": "președinte*, premier*, prim-ministru*, cancelar*, rege*, regin*, papa, curtea constituțională, curtea supremă, parlament*, senat*, guvern*, ministru*, banca centrală, bnr, casa albă, kremlin*, pentagon*, nato, consiliul de securitate, onu, uniunea europeană, primar*",
	"kk": "президент*, премьер*, король, рим папасы, жоғарғы сот, конституциялық сот, парламент*, мәжіліс*, сенат*, үкімет*, министр*, ұлттық банк, ақ үй, кремль, пентагон, нато, бұұ, еуроодақ, әкім*, тоқаев*",
})

// fates are what makes an official's name beside them news at once.
var fates = lexiconOf(map[string]string{
	"en": "dies, died, dead, killed, shot, resigns, resign, resigned, steps down, ousted, impeached, arrested, detained, indicted, sentenced, declares, dissolves, dissolved, elected, sworn in, sacked, dismissed, assassinated, hospitalized, wounded, quits",
	"ru": "умер, умерла, скончал*, погиб*, убит*, отставк*, арестов*, задержан*, приговор*, объявил*, распустил*, избран*, уволен*, уволил*, госпитализ*, ранен*",
	"uk": "помер*, загинув, загинула, вбит*, відставк*, арештов*, затриман*, вирок*, оголосив, оголосила, розпустив, обран*, звільнен*, звільнив, госпіталізов*, поранен*",
	"fa": "درگذشت, کشته, استعفا*, بازداشت*, برکنار*, انتخاب, ترور, زخمی, منحل",
	"ar": "وفاة, مقتل, استقالة, يستقيل, اعتقال, إقالة, انتخاب, اغتيال, حل",
	"de": "stirbt, gestorben, tot, getötet, rücktritt, tritt zurück, festgenommen, verhaftet, verurteilt, erklärt, löst auf, gewählt, entlassen, verletzt",
	"fr": "meurt, mort*, décès, tué*, démission*, démissionne, arrêté*, condamné*, déclare, dissout, élu*, limogé*, blessé*",
	"es": "muere, muert*, fallec*, asesinad*, dimite, dimisión, renuncia, detenid*, condenad*, declara, disuelve, elegid*, destituid*, herid*",
	"tr": "öldü, hayatını kaybetti, öldürüldü, istifa*, tutuklandı, gözaltı*, görevden al*, seçildi, yaralandı, ilan etti",
	"az": "öldü, vəfat*, öldürüldü, istefa*, həbs*, vəzifəsindən*, seçildi, yaralan*",
	"sr": "umro, umrla, preminu*, ubijen*, ostavk*, uhapšen*, uhićen*, osuđen*, proglasi*, raspusti*, izabran*, smenjen*, smijenjen*, ranjen*, преминуо, убијен*, оставк*, ухапшен*, изабран*, смењен*",
	"ro": "a murit, decedat*, ucis*, demision*, demisia, arestat*, reținut*, condamnat*, declară, dizolv*, ales, aleasă, demis*, rănit*",
	"kk": "қайтыс болды, қаза тап*, қаза бол*, өлтірілді, отставка*, қызметінен кетті, ұсталды, сотталды, жариялады, таратты, сайланды",
})

// tolls are words whose numbers are counted: people dead, hurt, held or missing.
var tolls = lexiconOf(map[string]string{
	"en": "killed, kills, kill, killing, dead, deaths, die, dies, died, injured, injures, injures, wounded, wounds, hurt, hostages, missing, trapped, abducted, casualties, victims, bodies",
	"ru": "погиб*, убит*, жертв*, умерл*, ранен*, пострадал*, заложник*, пропал*, тел",
	"uk": "загинул*, загибл*, вбит*, жертв*, померл*, поранен*, постраждал*, заручник*, зникл*, тіл",
	"fa": "کشته, کشته ها, جان باخت*, قربانی*, زخمی*, مجروح*, مفقود*, گروگان*, تن",
	"ar": "قتيل*, قتلى, مقتل, ومقتل, ضحية, ضحايا, شهيد*, شهداء, جريح*, جرحى, مصاب*, مفقود*, رهينة, رهائن, وفاة",
	"de": "tote*, tot, getötet*, opfer*, verletzt*, vermisst*, geiseln",
	"fr": "mort*, tué*, victime*, blessé*, disparu*, otages",
	"es": "muert*, mueren, matan, fallec*, víctima*, herid*, desaparecid*, rehenes",
	"tr": "ölü, öldü, hayatını kaybe*, yaralı*, yaralandı, kayıp, rehine*, can kaybı",
	"az": "nəfər, ölü, öldü, həlak*, yaralan*, yaralı*, itkin, girov*",
	"sr": "poginul*, mrtv*, ubijen*, žrtav*, povređen*, povrijeđen*, ranjen*, nestal*, talac*, talaca, погинул*, мртв*, убијен*, жртав*, повређен*, рањен*, несталих",
	"ro": "mort*, morți*, ucis*, decedat*, victim*, rănit*, rănți*, dispărut*, ostatici*",
	"kk": "адам, қаза, қаза тап*, қаза бол*, өлді, жараланды, жарақат*, хабарсыз",
})

// numerals are numbers in words as headlines write them, and what they stand for at least.
var numerals = numeralsOf(
	"2 two двое два дві двоє دو zwei deux dos iki dva dvoje doi екі",
	"3 three трое три троє ثلاثة سه drei trois tres üç tri troje trei үш",
	"4 four четверо четыре четверо чотири أربعة چهار vier quatre cuatro dört dörd četiri četvoro patru төрт",
	"5 five пятеро пять п'ять خمسة پنج fünf cinq cinco beş pet petoro cinci бес",
	"6 six шестеро шесть шість ستة شش sechs seis altı šest șase алты",
	"7 seven семеро семь сім سبعة هفت sieben sept siete yedi yeddi sedam șapte жеті",
	"8 eight восемь вісім ثمانية هشت acht huit ocho sekiz səkkiz osam opt сегіз",
	"9 nine девять дев'ять تسعة نه neun neuf nueve dokuz doqquz devet nouă тоғыз",
	"10 ten десять عشرة ده zehn dix diez deset zece",
	"11 eleven", "12 twelve", "20 score scores двадцать двадцять twenty",
	"24 dozens десятки десятков десятків عشرات dutzende dizaines decenas onlarca desetine desetina zeci ондаған",
	"200 hundreds сотни сотен сотні сотень مئات صدها hunderte centaines cientos yüzlerce stotine stotina sute жүздеген",
	"2000 thousands тысячи тысяч тисячі тисяч آلاف هزاران tausende milliers miles binlerce hiljade tisuće mii мыңдаған",
)
