package main

import (
	"strings"
	"unicode"
)

// tongue is a language in one script, and under what names each kind of package has its texts.
type tongue struct {
	tag   string // BCP 47, as articles/language names it
	names map[kind][]string
}

// script is a script and the languages that are told apart in it, the likelier ones first.
type script struct {
	name   string // ISO 15924
	table  *unicode.RangeTable
	keep   int // runs kept for each language
	spoken []tongue
}

// A line is a language: its tag, and by what names it is found in the declarations, in CLDR and in the editor. "=" is the
// tag itself, "-" none, and commas stand between several.
var scripts = []script{
	{"Latn", unicode.Latin, 500, tongues(`
		en  eng            =            =,en-GB
		es  spa            =            =
		fr  fra            =            =
		de  deu_1996       =            =
		pt  por_BR,por_PT  =,pt-PT      =,pt-BR
		it  ita            =            =
		tr  tur            =            =
		pl  pol            =            =
		nl  nld            =            =
		ro  ron_2006       =            =
		hr  hrv            =            =
		bs  bos_latn       =            =
		sr  srp_latn       sr-Latn      -
		sr-ME cnr          sr-Latn-ME   -
		sq  als            =            =
		az  azj_latn       =            =
		uz  uzn_latn       =            =
		tk  tuk_latn       =            -
		crh crh            -            -
		hu  hun            =            =
		cs  ces            =            =
		sk  slk            =            =
		sl  slv            =            =
		sv  swe            =            =
		no  nob            =            no,nb
		nn  nno            =            =
		da  dan            =            =
		fi  fin            =            =
		et  est            =            =
		lv  lav            =            =
		lt  lit            =            =
		vi  vie            =            =
		id  ind            =            =
		ms  mly_latn       =            =
		tl  tgl            fil          fil,tl
		sw  swh            =            =
		so  som            =            =
		ha  hau_NG         =            -
		yo  yor            =            =
		ig  ibo            =            -
		zu  zul            =            -
		xh  xho            =            -
		rw  kin            =            -
		mg  plt            =            =
		ku  kmr            =            -
		ca  cat            =            =
		gl  glg            =            =
		eu  eus            =            =
		ga  gle            =            =
		cy  cym            =            =
		mt  mlt            =            =
		is  isl            =            =
		af  afr            =            =
		lb  ltz            =            =
		eo  epo            =            =
		ht  hat_popular    -            -
	`)},
	{"Cyrl", unicode.Cyrillic, 700, tongues(`
		ru  rus            =            =
		uk  ukr            =            =
		be  bel            =,be-tarask  =,be-tarask,be@tarask
		bg  bul            =            =
		mk  mkd            =            =
		sr  srp_cyrl,bos_cyrl  =        =
		kk  kaz            =            =
		ky  kir            =            =
		tg  tgk            =            =
		uz  uzn_cyrl       uz-Cyrl      -
		tt  tat            =            =
		ba  -              =            =
		ce  -              =            -
		mn  khk            =            =
		os  oss            =            -
		cv  chv            =            -
		kbd kbd            -            -
		ady ady            -            -
		ab  abk            =            -
		sah sah            =            -
		az  azj_cyrl       az-Cyrl      -
		tk  tuk_cyrl       -            -
	`)},
	{"Arab", unicode.Arabic, 700, tongues(`
		ar  arb            =            =,ar-AA
		fa  pes_1,pes_2    =,fa-AF      =,fa-IR
		ur  urd,urd_2      =            =
		ps  pbu            =            -
		ckb -              =            =
		ug  uig_arab       =            -
		sd  -              =            -
		pnb pnb            pa-Arab      pa-PK
	`)},
	{"Deva", unicode.Devanagari, 500, tongues(`
		hi  hin            =            =
		mr  mar            =            =
		ne  nep            =            =
	`)},
	{"Beng", unicode.Bengali, 500, tongues(`
		bn  ben            =            =
		as  -              =            =
	`)},
	{"Hebr", unicode.Hebrew, 500, tongues(`
		he  heb            =            =
		yi  ydd            =            -
	`)},
}

func tongues(table string) []tongue {
	var all []tongue
	for line := range strings.Lines(table) {
		f := strings.Fields(line)
		if len(f) == 0 {
			continue
		}
		split := func(column string) []string {
			if column == "-" {
				return nil
			}
			return strings.Split(strings.ReplaceAll(column, "=", f[0]), ",")
		}
		all = append(all, tongue{f[0], map[kind][]string{
			declarations: split(f[1]), names: split(f[2]), sentences: split(f[3]), labels: split(f[3]),
		}})
	}
	return all
}

// typed are other ways in which a language is typed: Persian on Arabic keyboards.
var typed = map[string][]*strings.Replacer{
	"fa": {strings.NewReplacer("ی", "ي", "ک", "ك"), strings.NewReplacer("ی", "ى", "ک", "ك")},
}

// seldomTyped is how much they count beside the usual way.
const seldomTyped = 0.2
