// Places writes articles/topics/places from CLDR: for each language, what texts in it call countries: their names and
// short names, the large cities that name time zones, and, as names said in passing, the nations' languages, whose names
// are most often those of the peoples.
//
//	for p in cldr-core cldr-localenames-full cldr-dates-full; do npm pack $p; done
//	for f in *.tgz; do mkdir ${f%-4*} && tar xzf $f -C ${f%-4*}; done
//	go run ./generate/places -from . -to places
//
// A file is gzip'd lines: a country's code, a tab, its names, between them "; ". Marks are those of data/peoples_en.tsv.
package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const licence = "# From CLDR %s, names in %s (c) Unicode, Inc., Unicode License v3 (unicode.org/license.txt). Made by generate/places; do not edit.\n"

// languages are those of generate/concepts but English, whose list is kept by hand.
var languages = strings.Fields(`ar az be bg bs cs de el es fa fr he hi hr hu hy id it ja ka kk ky mk nl pl ps pt ro ru sq sr
	sr-Latn sv tg tk tr uk ur uz vi zh`)

// nations are the countries whose people is called as its language is, and no other country's.
var nations = map[string]string{
	"ru": "RU", "uk": "UA", "be": "BY", "hy": "AM", "ka": "GE", "az": "AZ", "kk": "KZ", "ky": "KG", "tg": "TJ", "uz": "UZ", "tk": "TM",
	"tr": "TR", "it": "IT", "ja": "JP", "zh": "CN", "pl": "PL", "cs": "CZ", "sk": "SK", "hu": "HU", "ro": "RO", "bg": "BG", "sr": "RS",
	"hr": "HR", "mk": "MK", "el": "GR", "sv": "SE", "fi": "FI", "da": "DK", "et": "EE", "lv": "LV", "lt": "LT", "is": "IS", "vi": "VN",
	"th": "TH", "mn": "MN", "sl": "SI", "de": "DE", "fr": "FR",
}

// passing stands before a name that is often said where the news is of others.
const passing = "?"

func main() {
	log.SetFlags(0)
	from := flag.String("from", ".", "folder of the packages cldr-core, cldr-localenames-full and cldr-dates-full")
	to := flag.String("to", "places", "folder to write to")
	flag.Parse()
	var zones windowsZones
	if err := read(&zones, *from, "cldr-core/package/supplemental/windowsZones.json"); err != nil {
		log.Fatal(err)
	}
	for _, language := range languages {
		names, err := collect(*from, language, zones.countries())
		if err != nil {
			log.Fatal(err)
		}
		head := fmt.Sprintf(licence, zones.Supplemental.Version.CLDR, language)
		if err := write(filepath.Join(*to, language+".tsv.gz"), head, names); err != nil {
			log.Fatal(err)
		}
	}
}

func read(into any, parts ...string) error {
	text, err := os.ReadFile(filepath.Join(parts...))
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

// windowsZones say in which country each time zone lies.
type windowsZones struct {
	Supplemental struct {
		Version struct {
			CLDR string `json:"_cldrVersion"`
		}
		WindowsZones struct {
			MapTimezones []struct {
				MapZone struct {
					Type      string `json:"_type"`
					Territory string `json:"_territory"`
				}
			}
		}
	}
}

// american are the cities of America that are taken: most zones there are named for towns whose names are common words.
var american = strings.Fields(`New_York Los_Angeles Chicago Detroit Toronto Vancouver Mexico_City Havana Bogota Lima Caracas Sao_Paulo
	Buenos_Aires Santiago Montevideo Asuncion La_Paz Guayaquil Tegucigalpa Managua Santo_Domingo Port-au-Prince`)

// countries are those of zones that are a city's: “Europe/Moscow”, not “America/Indiana/Knox”.
func (w windowsZones) countries() map[string]string {
	all := map[string]string{}
	for _, m := range w.Supplemental.WindowsZones.MapTimezones {
		for zone := range strings.FieldsSeq(m.MapZone.Type) {
			area, name, _ := strings.Cut(zone, "/")
			city := slices.Contains([]string{"Europe", "Asia", "Africa", "Australia"}, area) || area == "America" && slices.Contains(american, name)
			if len(m.MapZone.Territory) == 2 && m.MapZone.Territory != "ZZ" && city {
				all[zone] = m.MapZone.Territory
			}
		}
	}
	return all
}

// collect gathers the names of each country in a language.
func collect(from, language string, zones map[string]string) (map[string][]string, error) {
	names := map[string][]string{}
	add := func(country, name string) {
		name, _, _ = strings.Cut(name, " (")
		name = strings.TrimSpace(name)
		if len([]rune(strings.TrimPrefix(name, passing))) >= 2 && !slices.Contains(names[country], name) {
			names[country] = append(names[country], name)
		}
	}
	var territories, tongues struct {
		Main map[string]struct {
			LocaleDisplayNames struct{ Territories, Languages map[string]string }
		}
	}
	if err := read(&territories, from, "cldr-localenames-full/package/main", language, "territories.json"); err != nil {
		return nil, err
	}
	if err := read(&tongues, from, "cldr-localenames-full/package/main", language, "languages.json"); err != nil {
		return nil, err
	}
	byCode := territories.Main[language].LocaleDisplayNames.Territories
	for _, code := range slices.Sorted(maps.Keys(byCode)) {
		country, _, _ := strings.Cut(code, "-")
		if len(country) == 2 && country != "EU" && country != "EZ" && country != "UN" && country != "ZZ" {
			add(country, byCode[code])
		}
	}
	cities, err := cityNames(from, language)
	if err != nil {
		return nil, err
	}
	for _, zone := range slices.Sorted(maps.Keys(zones)) {
		add(zones[zone], cities[zone])
	}
	byTongue := tongues.Main[language].LocaleDisplayNames.Languages
	for _, tongue := range slices.Sorted(maps.Keys(nations)) {
		if name := byTongue[tongue]; name != "" && !strings.Contains(name, " ") {
			add(nations[tongue], passing+name)
		}
	}
	return names, nil
}

// cityNames are what a language calls the cities that name time zones.
func cityNames(from, language string) (map[string]string, error) {
	var source struct {
		Main map[string]struct {
			Dates struct {
				TimeZoneNames struct {
					Zone map[string]map[string]json.RawMessage
				}
			}
		}
	}
	if err := read(&source, from, "cldr-dates-full/package/main", language, "timeZoneNames.json"); err != nil {
		return nil, err
	}
	cities := map[string]string{}
	for area, zones := range source.Main[language].Dates.TimeZoneNames.Zone {
		for zone, about := range zones {
			var city struct{ ExemplarCity string }
			if json.Unmarshal(about, &city) == nil { // what is no city is a group of them
				cities[area+"/"+zone] = city.ExemplarCity
			}
		}
	}
	return cities, nil
}

func write(file, head string, names map[string][]string) error {
	lines := []string{head}
	for _, country := range slices.Sorted(maps.Keys(names)) {
		lines = append(lines, country+"\t"+strings.Join(names[country], "; ")+"\n")
	}
	var out bytes.Buffer
	zipped, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := zipped.Write([]byte(strings.Join(lines, ""))); err != nil {
		return err
	}
	if err := zipped.Close(); err != nil {
		return err
	}
	return os.WriteFile(file, out.Bytes(), 0o644)
}
