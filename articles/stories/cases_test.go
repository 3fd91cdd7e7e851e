package stories

import (
	"slices"
	"strings"
	"testing"
)

// compared are the words of a line as they are compared, each once.
func compared(line string) []string {
	var all []string
	for _, t := range terms(line, maxWords) {
		all = append(all, t.text)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func TestCasesOfOneWordAreOneWord(t *testing.T) {
	for _, line := range []string{
		"ракета ракеты ракет ракетой ракетами ракетах",
		"Соколов Соколова Соколову Соколовым Соколове Sokolov",
		"Навальный Навального Навальному Навальным Navalny",
		"Китай Китая Китаю Китаем Китае",
		"Киев Киева Киеву Киевом Киеве Kiev",
		"Україна України Україну Україною Україні",
		"Сирия Сирии Сирию Сирией",
		"Харків Харкову Харкова Харкові",
		"Рим Рима Риму Риме",
		"объявил объявила объявили объявит объявят",
		"Sharapov Шарапов Шарапова",
	} {
		if found := compared(line); len(found) != 1 {
			t.Errorf("%s: compared as %s, want one word", line, strings.Join(found, ", "))
		}
	}
}

func TestShortWordsStayApart(t *testing.T) {
	for _, line := range []string{"Рим рама", "суд сад", "Иран Ирак", "Киев Кия", "Лев Львов", "Обама Оман", "gov go", "Kiev Kit"} {
		if found, want := compared(line), len(strings.Fields(line)); len(found) != want {
			t.Errorf("%s: compared as %s, want %d words", line, strings.Join(found, ", "), want)
		}
	}
}
