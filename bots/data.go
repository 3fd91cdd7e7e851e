package bots

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// MaxData is the most bytes a button's data may have: Telegram's callback_data (core.telegram.org/bots/api#inlinekeyboardbutton).
const MaxData = 64

// SettingsData is the data of a button that opens the settings as a card of their own.
const SettingsData = "preferences"

// MoreData is the data of an alert's “More ▸”.
func MoreData(batch delivery.BatchID) string { return fitting("more:" + string(batch)) }

// OpenData is the data of a button or menu value that opens one story of a digest; item counts from 0. It is "" where
// the content's name is too long for a button (52 bytes always fit).
func OpenData(content delivery.ContentID, item int) string {
	return fitting("open:" + string(content) + ":" + strconv.Itoa(item))
}

// RestData is the data of a digest's “7 more ▸”: the stories from item on, counted from 0. It is "" as OpenData is.
func RestData(content delivery.ContentID, item int) string {
	return fitting("rest:" + string(content) + ":" + strconv.Itoa(item))
}

// ToggleData is the data of the button that stands for one option of a menu where the platform has no menus: pressing it
// chooses the option, or no longer.
func ToggleData(menu, value string) string { return menu + ":" + value }

// fitting is data if it is not too long for a button, else "".
func fitting(data string) string {
	if len(data) > MaxData {
		return ""
	}
	return data
}

// itemOf takes "content:item" apart. Contents have colons of their own.
func itemOf(arg string) (delivery.ContentID, int, bool) {
	at := strings.LastIndex(arg, ":")
	if at < 0 {
		return "", 0, false
	}
	n, err := strconv.Atoi(arg[at+1:])
	return delivery.ContentID(arg[:at]), n, err == nil && n >= 0
}

// maxToken leaves room for the longest name of a deed, an alert's ID, and colons.
const maxToken = 40

// tokenOf stands for a key in a button: the key itself, or a short hash of one that is too long.
func tokenOf(key subscriptions.Key) string {
	if len(key) <= maxToken {
		return string(key)
	}
	sum := sha256.Sum256([]byte(key))
	return "#" + hex.EncodeToString(sum[:8])
}

// keyOf finds the key behind a token; a hash is looked for among those that may be meant.
func keyOf(tok string, among []subscriptions.Key) (subscriptions.Key, bool) {
	if !strings.HasPrefix(tok, "#") {
		return subscriptions.Key(tok), tok != ""
	}
	for _, key := range among {
		if tokenOf(key) == tok {
			return key, true
		}
	}
	return "", false
}
