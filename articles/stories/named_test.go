package stories

import (
	"testing"

	"github.com/tenbells/tenbells/articles"
)

// TestTextsThatNameOthersAreOfOtherStories has texts of which one half is alike, as those of any two forecasts are.
func TestTextsThatNameOthersAreOfOtherStories(t *testing.T) {
	const (
		first = " ожидается переменная облачность, местами небольшой дождь. Температура воздуха составит от 14 до 19 градусов, " +
			"ветер умеренный, утром возможен туман на дорогах, сообщает гидрометцентр."
		second = " сохранятся грозы, местами пройдёт дождь. Температура воздуха поднимется до 19 градусов, ветер усилится, " +
			"водителей просят быть внимательнее на дорогах, сообщает гидрометцентр."
	)
	for _, tt := range []struct {
		name                       string
		headline, text, next, then string
		one                        bool
	}{
		{"the weather of two regions", "Жителей Саратова ждёт облачное воскресенье", "В Саратове" + first,
			"Под Белгородом ждут сильный ветер", "Под Белгородом" + second, false},
		{"the weather of one", "Жителей Саратова ждёт облачное воскресенье", "В Саратове" + first,
			"Под Саратовом ждут сильный ветер", "Под Саратовом" + second, true},
		{"headlines that name nobody", "Жителей региона ждёт облачное воскресенье", "В области" + first,
			"Синоптики ждут сильный ветер", "В области" + second, true},
	} {
		ix := NewIndex()
		place := func(id, headline, text string) articles.StoryID {
			return ix.Place(articles.Article{ID: articles.ID(id), Headline: headline, Body: []string{text}, Published: start, Seen: start}, nil)
		}
		one := place("a", tt.headline, tt.text) == place("b", tt.next, tt.then)
		if one != tt.one {
			t.Errorf("%s: one story: %v, want %v", tt.name, one, tt.one)
		}
	}
}
